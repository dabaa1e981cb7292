//! Stores that give other events of the log than were asked for.

use super::{
    defect::{Defect, Place},
    misread, mutants,
};
use factum_core::{
    EventReader, Position, Query, QueryItem, StoreError,
    store::{Direction, Page, ReadLog},
};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::store::cases;

type Read = Result<Page<Position>, StoreError>;

mutants! {
    forgets_the_order_of_the_log, rejected by outcomes_come_in_the_order_of_the_appends {
        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Read {
            let mut page = store.read_log(request).await?;
            page.events.sort_by(|a, b| (&a.stream, a.version).cmp(&(&b.stream, b.version)));
            Ok(page)
        }
    }

    forgets_the_order_of_a_backward_read, rejected by pages_of_the_log_backward_miss_nothing_at_their_edges {
        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Read {
            let mut page = store.read_log(request).await?;
            page.events.sort_by_key(|event| event.position);
            Ok(page)
        }
    }

    reads_backward_from_the_wrong_end, rejected by pages_of_the_log_backward_miss_nothing_at_their_edges {
        async fn read_log(&self, store: &MemoryStore, mut request: ReadLog) -> Read {
            let direction = std::mem::take(&mut request.direction);
            let mut page = store.read_log(request).await?;
            if direction == Direction::Backward {
                page.events.reverse();
            }
            Ok(page)
        }
    }

    begins_one_event_too_late, rejected by a_range_of_the_log_leaves_out_both_ends {
        async fn read_log(&self, store: &MemoryStore, mut request: ReadLog) -> Read {
            if request.after > Position::START {
                request.after = request.after.next();
            }
            store.read_log(request).await
        }
    }

    begins_with_the_event_that_it_should_begin_after, rejected by a_range_of_the_log_leaves_out_both_ends {
        async fn read_log(&self, store: &MemoryStore, mut request: ReadLog) -> Read {
            request.after = Position::new(request.after.get().saturating_sub(1));
            store.read_log(request).await
        }
    }

    includes_the_event_that_it_should_end_before, rejected by a_range_of_the_log_leaves_out_both_ends {
        async fn read_log(&self, store: &MemoryStore, mut request: ReadLog) -> Read {
            request.before = request.before.map(Position::next);
            store.read_log(request).await
        }
    }

    ignores_where_to_end, rejected by a_range_of_the_log_leaves_out_both_ends {
        async fn read_log(&self, store: &MemoryStore, mut request: ReadLog) -> Read {
            request.before = None;
            store.read_log(request).await
        }
    }

    takes_any_tag_for_all_of_them, rejected by a_query_finds_several_tags_on_one_event {
        async fn read_log(&self, store: &MemoryStore, mut request: ReadLog) -> Read {
            misread::any_tag_for_all(&mut request.query);
            store.read_log(request).await
        }
    }

    forgets_the_tags_beside_the_types, rejected by a_query_finds_types_with_tags {
        async fn read_log(&self, store: &MemoryStore, mut request: ReadLog) -> Read {
            misread::types_without_tags(&mut request.query);
            store.read_log(request).await
        }
    }

    forgets_the_types_beside_the_tags, rejected by a_query_finds_types_with_tags {
        async fn read_log(&self, store: &MemoryStore, mut request: ReadLog) -> Read {
            misread::tags_without_types(&mut request.query);
            store.read_log(request).await
        }
    }

    forgets_the_categories, rejected by a_query_finds_categories {
        async fn read_log(&self, store: &MemoryStore, mut request: ReadLog) -> Read {
            misread::without_categories(&mut request.query);
            store.read_log(request).await
        }
    }

    looks_only_for_the_first_type, rejected by a_query_finds_several_types {
        async fn read_log(&self, store: &MemoryStore, mut request: ReadLog) -> Read {
            misread::only_the_first_type(&mut request.query);
            store.read_log(request).await
        }
    }

    looks_only_for_the_last_item, rejected by a_query_finds_any_of_its_items_once {
        async fn read_log(&self, store: &MemoryStore, mut request: ReadLog) -> Read {
            misread::only_the_last_item(&mut request.query);
            store.read_log(request).await
        }
    }

    /// What a join over the items gives.
    gives_an_event_once_for_each_item_that_it_matches, rejected by a_query_finds_any_of_its_items_once {
        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Read {
            let items = request.query.items().to_vec();
            let mut page = store.read_log(request).await?;
            let times = |event: &factum_core::RecordedEvent| {
                let matching = |item: &&QueryItem| Query::from((*item).clone()).matches_event(event);
                items.iter().filter(matching).count().max(1)
            };
            page.events = page.events.into_iter().flat_map(|event| vec![event.clone(); times(&event)]).collect();
            Ok(page)
        }
    }
}
