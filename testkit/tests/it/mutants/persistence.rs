//! Stores that are not what they were when they are opened again.

use super::{
    defect::{Defect, Outcome, Place},
    mutants,
};
use factum_core::{Append, EventAppender, LogId};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::store::cases;
use std::{mem, sync::Mutex};

mutants! {
    /// The last append is still in a buffer when the store is closed.
    acknowledges_before_storing, keeping Mutex<Vec<Append>>, rejected by events_survive {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            let outcomes = store.append(appends.clone()).await;
            let acknowledged = appends.into_iter().zip(&outcomes).filter(|(_, outcome)| outcome.is_ok());
            self.0.lock().unwrap().extend(acknowledged.map(|(append, _)| append));
            outcomes
        }

        async fn open(&self, _: &MemoryStore) -> MemoryStore {
            let mut stored = mem::take(&mut *self.0.lock().unwrap());
            stored.pop();
            let store = MemoryStore::new();
            self.append(&store, stored).await;
            store
        }
    }

    begins_anew_when_it_is_opened, rejected by events_survive {
        async fn open(&self, _: &MemoryStore) -> MemoryStore {
            MemoryStore::new()
        }
    }

    has_another_log_id_when_it_is_opened_again, rejected by the_log_keeps_its_id {
        fn log_id(&self, _: &MemoryStore, _: &MemoryStore) -> LogId {
            LogId::random()
        }
    }
}
