//! Stores for which an append is not one thing, or that mix the appends of a call up.

use super::{
    defect::{Defect, Outcome, Place},
    mutants,
};
use factum_core::{
    Append, AppendError, EventAppender, EventId, EventReader, EventType, NewEvent, Position, StoreError,
    StreamId,
    store::{Page, ReadLog},
};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::store::cases;
use std::collections::HashSet;

mutants! {
    loses_the_second_event_of_an_append, rejected by events_are_stored_in_the_order_given {
        fn rewrite(&self, append: &mut Append) {
            if append.events.len() > 1 {
                append.events.remove(1);
            }
        }
    }

    sorts_the_events_of_an_append_by_stream, rejected by one_append_writes_to_several_streams {
        fn rewrite(&self, append: &mut Append) {
            append.events.sort_by(|a, b| a.stream.cmp(&b.stream));
        }
    }

    writes_the_last_event_of_an_append_first, rejected by events_are_stored_in_the_order_given {
        fn rewrite(&self, append: &mut Append) {
            append.events.reverse();
        }
    }

    writes_one_stream_after_the_other, rejected by one_unmet_expectation_keeps_all_events_out {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            let mut outcomes = Vec::new();
            for append in appends {
                outcomes.push(stream_by_stream(store, append).await);
            }
            outcomes
        }
    }

    writes_what_it_can_of_an_append_with_a_known_id, rejected by a_duplicate_keeps_the_other_events_out {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            let mut outcomes = Vec::new();
            for append in appends {
                let outcome = store.append(vec![append.clone()]).await.remove(0);
                if let Err(AppendError::DuplicateEvent(id)) = outcome {
                    let until = append.events.iter().position(|event| event.id == id).unwrap();
                    let before = Append::new(append.events.into_iter().take(until));
                    store.append(vec![before]).await.remove(0).unwrap();
                }
                outcomes.push(outcome);
            }
            outcomes
        }
    }

    accepts_an_id_that_is_in_the_log, rejected by an_id_is_taken_once {
        async fn append(&self, store: &MemoryStore, mut appends: Vec<Append>) -> Vec<Outcome> {
            for event in appends.iter_mut().flat_map(|append| &mut append.events) {
                if store.find(&[event.id]).await.unwrap() != [None] {
                    event.id = EventId::random();
                }
            }
            store.append(appends).await
        }
    }

    accepts_an_id_twice_in_one_append, rejected by an_append_cannot_have_an_id_twice {
        fn rewrite(&self, append: &mut Append) {
            let mut seen = HashSet::new();
            for event in &mut append.events {
                if !seen.insert(event.id) {
                    event.id = EventId::random();
                }
            }
        }
    }

    says_that_a_known_id_was_written, rejected by an_id_is_taken_once {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            let empty = store.append(vec![Append::new([])]).await.remove(0).unwrap();
            let swallow = |outcome| match outcome {
                Err(AppendError::DuplicateEvent(_)) => Ok(empty.clone()),
                outcome => outcome,
            };
            store.append(appends).await.into_iter().map(swallow).collect()
        }
    }

    names_another_id_than_the_known_one, rejected by an_id_is_taken_once {
        fn answer(&self, outcomes: &mut Vec<Outcome>) {
            for outcome in outcomes {
                if let Err(AppendError::DuplicateEvent(id)) = outcome {
                    *id = EventId::random();
                }
            }
        }
    }

    swaps_the_outcomes_of_a_call, rejected by outcomes_come_in_the_order_of_the_appends {
        fn answer(&self, outcomes: &mut Vec<Outcome>) {
            outcomes.reverse();
        }
    }

    leaves_out_what_was_refused, rejected by each_append_of_a_call_has_its_own_outcome {
        fn answer(&self, outcomes: &mut Vec<Outcome>) {
            if outcomes.len() > 1 {
                outcomes.retain(Result::is_ok);
            }
        }
    }

    applies_the_last_append_of_a_call_first, rejected by outcomes_come_in_the_order_of_the_appends {
        async fn append(&self, store: &MemoryStore, mut appends: Vec<Append>) -> Vec<Outcome> {
            appends.reverse();
            let mut outcomes = store.append(appends).await;
            outcomes.reverse();
            outcomes
        }
    }

    gives_a_call_up_at_the_first_refusal, rejected by a_failing_append_leaves_the_others_of_its_call {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            let mut outcomes: Vec<Outcome> = Vec::new();
            for append in appends {
                outcomes.push(if outcomes.iter().all(Result::is_ok) {
                    store.append(vec![append]).await.remove(0)
                } else {
                    Err(StoreError::new("appending", "an append before this one failed").into())
                });
            }
            outcomes
        }
    }

    fails_when_there_is_nothing_to_append, rejected by an_append_without_events_writes_nothing {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            let empty: Vec<_> = appends.iter().map(|append| append.events.is_empty()).collect();
            let mut outcomes = store.append(appends).await;
            for (outcome, empty) in outcomes.iter_mut().zip(empty) {
                if empty {
                    *outcome = Err(StoreError::new("appending", "there is nothing to append").into());
                }
            }
            outcomes
        }
    }

    /// The defect that once wedged a stream: the version is written although no event is.
    moves_the_version_for_an_append_without_events, rejected by an_append_without_events_expects_nothing {
        fn rewrite(&self, append: &mut Append) {
            if let (true, [(stream, _), ..]) = (append.events.is_empty(), &append.expected[..]) {
                append.events.push(burned(stream.clone()));
            }
        }
    }

    burns_a_position_at_a_conflict, rejected by a_conflict_burns_no_position {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            let mut outcomes = Vec::new();
            for append in appends {
                let outcome = store.append(vec![append]).await.remove(0);
                if matches!(outcome, Err(AppendError::Conflict(_))) {
                    let nowhere = StreamId::new("burned", "x").unwrap();
                    store.append(vec![Append::new([burned(nowhere)])]).await.remove(0).unwrap();
                }
                outcomes.push(outcome);
            }
            outcomes
        }

        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Result<Page<Position>, StoreError> {
            let mut page = store.read_log(request).await?;
            page.events.retain(|event| event.stream.category() != "burned");
            Ok(page)
        }
    }

    forgets_the_limits, rejected by too_large_a_payload_is_refused {
        fn rewrite(&self, append: &mut Append) {
            for event in &mut append.events {
                event.payload.truncate(factum_core::limits::PAYLOAD_BYTES);
                event.tags.truncate(factum_core::limits::TAGS);
            }
        }
    }
}

fn burned(stream: StreamId) -> NewEvent {
    NewEvent::new(stream, EventType::from_static("Burned"), "")
}

/// Each run of events of one stream as an append of its own, until one of them fails.
async fn stream_by_stream(store: &MemoryStore, append: Append) -> Outcome {
    let mut whole = store.append(vec![Append::new([])]).await.remove(0)?;
    for run in append.events.chunk_by(|a, b| a.stream == b.stream) {
        let mut part = Append::new(run.to_vec());
        part.expected =
            append.expected.iter().filter(|(stream, _)| *stream == run[0].stream).cloned().collect();
        let receipt = store.append(vec![part]).await.remove(0)?;
        whole.recorded_at = receipt.recorded_at;
        whole.written.extend(receipt.written);
    }
    Ok(whole)
}
