//! Stores that do not know when an event was recorded, or which one comes first behind a place.

use super::{
    defect::{Defect, Place},
    mutants,
};
use factum_core::{
    EventReader, Position, StoreError, StreamVersion, limits,
    store::{Direction, Page, ReadLog, ReadStream},
};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::store::cases;

type Read = Result<Page<Position>, StoreError>;

mutants! {
    /// What comes of it if a time is kept from one row to the next.
    takes_the_first_time_of_a_page_for_all_of_it, rejected by a_period_has_what_was_recorded_in_it {
        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Read {
            store.read_log(request).await.map(at_once)
        }
    }

    takes_the_first_time_of_a_page_of_a_stream_for_all_of_it, rejected by a_period_has_what_was_recorded_in_it {
        async fn read_stream(&self, store: &MemoryStore, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
            store.read_stream(request).await.map(at_once)
        }
    }

    takes_the_last_event_of_a_range_for_the_first, rejected by the_log_was_somewhere_at_any_time {
        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Read {
            let wanted = request.limit.get();
            if wanted > 1 || request.before.is_none() || request.direction == Direction::Backward {
                return store.read_log(request).await;
            }
            let mut page = store.read_log(request.limit(limits::PAGE_EVENTS)).await?;
            page.events.drain(..page.events.len().saturating_sub(wanted));
            Ok(page)
        }
    }

    /// Too few digits for the times of one second to be told apart.
    says_times_of_recording_in_seconds, rejected by the_log_was_somewhere_at_any_time {
        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Read {
            let mut page = store.read_log(request).await?;
            for event in &mut page.events {
                event.recorded_at = chrono::SubsecRound::trunc_subsecs(event.recorded_at, 0);
            }
            Ok(page)
        }
    }

    misses_the_last_event_of_a_range_when_asked_for_one, rejected by the_log_was_somewhere_while_many_wrote_at_once {
        async fn read_log(&self, store: &MemoryStore, mut request: ReadLog) -> Read {
            if request.limit.get() == 1 && let Some(before) = &mut request.before {
                *before = before.previous();
            }
            store.read_log(request).await
        }
    }
}

fn at_once<C>(mut page: Page<C>) -> Page<C> {
    let first = page.events.first().map(|event| event.recorded_at);
    page.events
        .iter_mut()
        .zip(first.into_iter().cycle())
        .for_each(|(event, first)| event.recorded_at = first);
    page
}
