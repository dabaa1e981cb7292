//! Stores whose pages do not say how far they have looked.

use super::{
    defect::{Defect, Place},
    mutants,
};
use factum_core::{
    EventReader, Position, StoreError, StreamVersion,
    store::{Direction, Page, ReadLog, ReadStream},
};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::store::cases;

type Read = Result<Page<Position>, StoreError>;

mutants! {
    adds_to_the_place_instead_of_setting_it, rejected by pages_of_the_log_miss_nothing_at_their_edges {
        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Read {
            let after = request.after;
            let mut page = store.read_log(request).await?;
            if !page.done {
                page.through = Position::new(after.get() + page.through.get());
            }
            Ok(page)
        }
    }

    claims_to_have_looked_further_than_it_has, rejected by pages_of_the_log_miss_nothing_at_their_edges {
        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Read {
            let forward = request.direction == Direction::Forward;
            let mut page = store.read_log(request).await?;
            if forward {
                page.through = store.head().await?;
            }
            Ok(page)
        }
    }

    goes_on_one_event_too_late, rejected by pages_of_the_log_miss_nothing_at_their_edges {
        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Read {
            let forward = request.direction == Direction::Forward;
            let mut page = store.read_log(request).await?;
            if forward && !page.done {
                page.through = page.through.next();
            }
            Ok(page)
        }
    }

    goes_on_with_the_event_that_it_ended_with, rejected by pages_of_the_log_miss_nothing_at_their_edges {
        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Read {
            let forward = request.direction == Direction::Forward;
            let mut page = store.read_log(request).await?;
            if forward && page.events.len() > 1 {
                page.through = Position::new(page.through.get() - 1);
            }
            Ok(page)
        }
    }

    says_that_it_is_done_when_a_page_is_full, rejected by a_full_page_is_not_the_last_unless_the_log_ends {
        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Read {
            let limit = request.limit.get();
            let mut page = store.read_log(request).await?;
            page.done |= page.events.len() == limit;
            Ok(page)
        }
    }

    is_never_done, rejected by an_empty_log_is_one_empty_page {
        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Read {
            let mut page = store.read_log(request).await?;
            page.done = false;
            Ok(page)
        }
    }

    stays_where_the_last_match_was, rejected by the_last_page_has_looked_at_everything {
        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Read {
            let (after, forward) = (request.after, request.direction == Direction::Forward);
            let mut page = store.read_log(request).await?;
            if forward {
                page.through = page.events.last().map_or(after, |event| event.position);
            }
            Ok(page)
        }
    }

    goes_back_to_the_start_when_nothing_matches, rejected by a_page_after_the_head_stays_there {
        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Read {
            let mut page = store.read_log(request).await?;
            if page.events.is_empty() {
                page.through = Position::START;
            }
            Ok(page)
        }
    }

    goes_back_to_the_head_when_asked_to_begin_behind_it, rejected by a_page_after_the_head_stays_there {
        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Read {
            let mut page = store.read_log(request).await?;
            page.through = page.through.min(store.head().await?);
            Ok(page)
        }
    }

    gives_one_event_more_than_the_limit, rejected by pages_of_the_log_miss_nothing_at_their_edges {
        async fn read_log(&self, store: &MemoryStore, mut request: ReadLog) -> Read {
            request.limit = request.limit.saturating_add(1);
            store.read_log(request).await
        }
    }

    fills_a_page_whatever_its_bytes, rejected by a_page_ends_early_when_its_payloads_are_large {
        async fn read_log(&self, store: &MemoryStore, mut request: ReadLog) -> Read {
            let mut page = store.read_log(request.clone()).await?;
            while !page.done && page.events.len() < request.limit.get() {
                request.go_on_after(&page);
                let more = store.read_log(request.clone()).await?;
                page.events.extend(more.events);
                (page.through, page.done) = (more.through, more.done);
            }
            Ok(page)
        }
    }

    goes_on_one_version_too_late, rejected by pages_of_a_stream_miss_nothing_at_their_edges {
        async fn read_stream(&self, store: &MemoryStore, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
            let forward = request.direction == Direction::Forward;
            let mut page = store.read_stream(request).await?;
            if forward && !page.done {
                page.through = page.through.next();
            }
            Ok(page)
        }
    }

    says_that_it_is_done_when_a_page_of_a_stream_is_full, rejected by a_full_page_of_a_stream_is_not_the_last_unless_it_ends {
        async fn read_stream(&self, store: &MemoryStore, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
            let limit = request.limit.get();
            let mut page = store.read_stream(request).await?;
            page.done |= page.events.len() == limit;
            Ok(page)
        }
    }
}
