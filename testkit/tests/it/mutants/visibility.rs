//! Stores that show events at the wrong time.

use super::{
    defect::{Defect, Outcome, Place},
    mutants, others_go_first,
};
use factum_core::{
    Append, EventAppender, EventReader, Position, StoreError,
    store::{Page, ReadLog},
};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::store::cases;
use std::{collections::HashSet, sync::Mutex};

/// What can be seen, of a store whose appends do not become visible in the order of their positions, or not at once.
type Visible = Mutex<HashSet<Position>>;

mutants! {
    /// The position is drawn first, and the event is visible when the transaction commits, which may be long after that
    /// of the next position. A reader that has gone on never sees it.
    shows_a_later_event_before_an_earlier_one, keeping Visible, rejected by a_reader_beside_writers_sees_each_event_once_in_order {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            let (outcomes, written) = written(store, appends).await;
            if written.first().is_some_and(|first| first.get() % 2 == 0) {
                others_go_first().await;
            }
            self.0.lock().unwrap().extend(written);
            outcomes
        }

        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Result<Page<Position>, StoreError> {
            let mut page = store.read_log(request).await?;
            page.events.retain(|event| self.0.lock().unwrap().contains(&event.position));
            Ok(page)
        }
    }

    shows_an_append_before_it_is_whole, keeping Visible, rejected by a_reader_beside_writers_sees_whole_appends {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            let (outcomes, written) = written(store, appends).await;
            for position in written {
                self.0.lock().unwrap().insert(position);
                others_go_first().await;
            }
            outcomes
        }

        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Result<Page<Position>, StoreError> {
            let mut page = store.read_log(request).await?;
            page.events.retain(|event| self.0.lock().unwrap().contains(&event.position));
            Ok(page)
        }
    }
}

/// Appends, and says which positions the events have.
async fn written(store: &MemoryStore, appends: Vec<Append>) -> (Vec<Outcome>, Vec<Position>) {
    let counts: Vec<_> = appends.iter().map(|append| append.events.len() as u64).collect();
    let outcomes = store.append(appends).await;
    let of = |(outcome, count): (&Outcome, u64)| {
        let last = outcome.as_ref().map_or(0, |receipt| receipt.position().get());
        (last + 1).saturating_sub(count).max(1)..=last
    };
    let written = outcomes.iter().zip(counts).flat_map(of).map(Position::new).collect();
    (outcomes, written)
}
