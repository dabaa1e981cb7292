//! Stores that give other events of a stream than were asked for.

use super::{
    defect::{Defect, Place},
    mutants,
};
use factum_core::{
    EventReader, Query, StoreError, StreamVersion,
    store::{Direction, Page, ReadLog, ReadStream},
};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::store::cases;

type Read = Result<Page<StreamVersion>, StoreError>;

mutants! {
    forgets_the_order_of_a_stream, rejected by versions_grow_by_one_in_each_stream {
        async fn read_stream(&self, store: &MemoryStore, request: ReadStream) -> Read {
            let mut page = store.read_stream(request).await?;
            page.events.sort_by(|a, b| (&a.payload, b.version).cmp(&(&b.payload, a.version)));
            Ok(page)
        }
    }

    reads_a_stream_forward_only, rejected by pages_of_a_stream_backward_miss_nothing_at_their_edges {
        async fn read_stream(&self, store: &MemoryStore, mut request: ReadStream) -> Read {
            request.direction = Direction::Forward;
            store.read_stream(request).await
        }
    }

    takes_the_oldest_events_and_turns_them_round, rejected by the_last_event_of_a_stream_is_read_alone {
        async fn read_stream(&self, store: &MemoryStore, mut request: ReadStream) -> Read {
            let direction = std::mem::take(&mut request.direction);
            let mut page = store.read_stream(request).await?;
            if direction == Direction::Backward {
                page.events.reverse();
            }
            Ok(page)
        }
    }

    begins_a_stream_one_event_too_late, rejected by a_range_of_a_stream_leaves_out_both_ends {
        async fn read_stream(&self, store: &MemoryStore, mut request: ReadStream) -> Read {
            if request.after > StreamVersion::EMPTY {
                request.after = request.after.next();
            }
            store.read_stream(request).await
        }
    }

    begins_a_stream_with_the_version_that_it_should_begin_after, rejected by a_range_of_a_stream_leaves_out_both_ends {
        async fn read_stream(&self, store: &MemoryStore, mut request: ReadStream) -> Read {
            request.after = StreamVersion::new(request.after.get().saturating_sub(1));
            store.read_stream(request).await
        }
    }

    ignores_where_a_stream_should_end, rejected by a_range_of_a_stream_leaves_out_both_ends {
        async fn read_stream(&self, store: &MemoryStore, mut request: ReadStream) -> Read {
            request.before = None;
            store.read_stream(request).await
        }
    }

    gives_one_event_of_a_stream_more_than_the_limit, rejected by pages_of_a_stream_miss_nothing_at_their_edges {
        async fn read_stream(&self, store: &MemoryStore, mut request: ReadStream) -> Read {
            request.limit = request.limit.saturating_add(1);
            store.read_stream(request).await
        }
    }

    fails_for_a_stream_without_events, rejected by a_stream_without_events_is_one_empty_page {
        async fn read_stream(&self, store: &MemoryStore, request: ReadStream) -> Read {
            let stream = request.stream.clone();
            let page = store.read_stream(request).await?;
            if page.events.is_empty() {
                return Err(StoreError::new(format!("reading stream {stream}"), "there is no such stream"));
            }
            Ok(page)
        }
    }

    /// What `LIKE 'account-1%'` gives.
    takes_streams_that_begin_alike_for_one, rejected by a_stream_has_only_its_own_events {
        async fn read_stream(&self, store: &MemoryStore, request: ReadStream) -> Read {
            let mut page = store.read_stream(request.clone()).await?;
            let log = store.read_log(ReadLog::new(Query::all())).await?;
            let alike = |event: &&factum_core::RecordedEvent| {
                event.stream != request.stream && event.stream.as_str().starts_with(request.stream.as_str())
            };
            page.events.extend(log.events.iter().filter(alike).cloned());
            Ok(page)
        }
    }

    takes_streams_of_the_same_key_for_one, rejected by streams_with_similar_keys_are_told_apart {
        async fn read_stream(&self, store: &MemoryStore, request: ReadStream) -> Read {
            let mut page = store.read_stream(request.clone()).await?;
            let log = store.read_log(ReadLog::new(Query::all())).await?;
            let alike = |event: &&factum_core::RecordedEvent| {
                event.stream != request.stream && event.stream.key() == request.stream.key()
            };
            page.events.extend(log.events.iter().filter(alike).cloned());
            Ok(page)
        }
    }

    takes_the_position_for_the_version, rejected by versions_grow_by_one_in_each_stream {
        async fn read_stream(&self, store: &MemoryStore, request: ReadStream) -> Read {
            let mut page = store.read_stream(request).await?;
            for event in &mut page.events {
                event.version = StreamVersion::new(event.position.get());
            }
            Ok(page)
        }
    }

    counts_versions_in_eight_bits, rejected by versions_go_on_beyond_sixteen_bits {
        async fn read_stream(&self, store: &MemoryStore, request: ReadStream) -> Read {
            let mut page = store.read_stream(request).await?;
            for event in &mut page.events {
                event.version = StreamVersion::new(event.version.get() % 256);
            }
            Ok(page)
        }
    }

    counts_versions_in_sixteen_bits, rejected by versions_go_on_beyond_sixteen_bits {
        async fn read_stream(&self, store: &MemoryStore, request: ReadStream) -> Read {
            let mut page = store.read_stream(request).await?;
            for event in &mut page.events {
                event.version = StreamVersion::new(event.version.get() % 65_536);
            }
            Ok(page)
        }
    }

    counts_in_thirty_two_bits_where_to_begin, rejected by a_range_of_a_stream_leaves_out_both_ends {
        async fn read_stream(&self, store: &MemoryStore, mut request: ReadStream) -> Read {
            request.after = StreamVersion::new(u64::from(request.after.get() as u32));
            store.read_stream(request).await
        }
    }
}
