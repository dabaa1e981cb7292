//! Stores that do not find what is there, or do not say that it is.

use super::{
    defect::{Defect, Place},
    mutants,
};
use factum_core::{
    EventId, EventReader, Position, StoreError,
    store::{Watch, WatchSender},
};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::store::cases;
use std::sync::OnceLock;

type Found = Result<Vec<Option<Position>>, StoreError>;

/// Wakes nobody, and is never closed either.
static SILENT: OnceLock<WatchSender> = OnceLock::new();

mutants! {
    finds_nothing, rejected by ids_are_found_at_their_index {
        async fn find(&self, _: &MemoryStore, ids: &[EventId]) -> Found {
            Ok(vec![None; ids.len()])
        }
    }

    finds_ids_in_the_order_of_the_log, rejected by ids_are_found_at_their_index {
        async fn find(&self, store: &MemoryStore, ids: &[EventId]) -> Found {
            let mut found = store.find(ids).await?;
            found.sort();
            Ok(found)
        }
    }

    leaves_out_what_it_does_not_find, rejected by ids_are_found_at_their_index {
        async fn find(&self, store: &MemoryStore, ids: &[EventId]) -> Found {
            let mut found = store.find(ids).await?;
            found.retain(Option::is_some);
            Ok(found)
        }
    }

    finds_every_id, rejected by ids_are_found_at_their_index {
        async fn find(&self, store: &MemoryStore, ids: &[EventId]) -> Found {
            let found = store.find(ids).await?;
            Ok(found.into_iter().map(|place| place.or(Some(Position::START))).collect())
        }
    }

    has_its_head_too_high, rejected by the_head_is_where_the_log_ends {
        async fn head(&self, store: &MemoryStore) -> Result<Position, StoreError> {
            Ok(store.head().await?.next())
        }
    }

    has_its_head_too_low, rejected by the_head_is_where_the_log_ends {
        async fn head(&self, store: &MemoryStore) -> Result<Position, StoreError> {
            Ok(Position::new(store.head().await?.get().saturating_sub(1)))
        }
    }

    wakes_nobody, rejected by a_watch_wakes_whoever_is_waiting {
        fn watch(&self, _: &MemoryStore, _: &WatchSender) -> Watch {
            SILENT.get_or_init(|| Watch::channel().0).watch()
        }
    }

    says_to_watchers_that_it_is_closed, rejected by a_watch_wakes_for_every_append {
        fn watch(&self, _: &MemoryStore, _: &WatchSender) -> Watch {
            Watch::channel().1
        }
    }

    leaves_watchers_waiting_when_it_is_closed, rejected by a_watch_ends_with_its_store {
        fn watch(&self, store: &MemoryStore, _: &WatchSender) -> Watch {
            store.watch()
        }
    }
}
