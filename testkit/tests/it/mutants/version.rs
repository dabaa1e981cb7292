//! Stores that do not compare versions as they should.

use super::{
    defect::{Defect, Outcome, Place},
    mutants, others_go_first,
};
use factum_core::{
    Append, AppendError, Conflict, EventAppender, ExpectedVersion, Receipt, StreamId, StreamVersion,
    store::EventReaderExt,
};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::store::cases;

mutants! {
    forgets_the_version_check, rejected by an_exact_version_conflicts_with_a_longer_stream {
        fn rewrite(&self, append: &mut Append) {
            append.expected.clear();
        }
    }

    takes_no_stream_for_any_version, rejected by no_stream_conflicts_with_an_existing_stream {
        fn rewrite(&self, append: &mut Append) {
            append.expected.retain(|(_, version)| *version != ExpectedVersion::NoStream);
        }
    }

    takes_an_existing_stream_for_any_version, rejected by an_existing_stream_conflicts_with_a_new_one {
        fn rewrite(&self, append: &mut Append) {
            append.expected.retain(|(_, version)| *version != ExpectedVersion::StreamExists);
        }
    }

    takes_version_zero_for_any_version, rejected by the_exact_version_zero_conflicts_with_an_existing_stream {
        fn rewrite(&self, append: &mut Append) {
            append.expected.retain(|(_, version)| *version != ExpectedVersion::Exact(StreamVersion::EMPTY));
        }
    }

    accepts_a_version_that_the_stream_has_passed, rejected by an_exact_version_conflicts_with_a_longer_stream {
        async fn append(&self, store: &MemoryStore, mut appends: Vec<Append>) -> Vec<Outcome> {
            for (stream, expected) in appends.iter_mut().flat_map(|append| &mut append.expected) {
                let actual = store.stream_version(stream.clone()).await.unwrap();
                if matches!(expected, ExpectedVersion::Exact(version) if *version < actual) {
                    *expected = ExpectedVersion::Any;
                }
            }
            store.append(appends).await
        }
    }

    accepts_a_version_that_the_stream_has_yet_to_reach, rejected by an_exact_version_conflicts_with_a_shorter_stream {
        async fn append(&self, store: &MemoryStore, mut appends: Vec<Append>) -> Vec<Outcome> {
            for (stream, expected) in appends.iter_mut().flat_map(|append| &mut append.expected) {
                let actual = store.stream_version(stream.clone()).await.unwrap();
                if matches!(expected, ExpectedVersion::Exact(version) if *version > actual) {
                    *expected = ExpectedVersion::Any;
                }
            }
            store.append(appends).await
        }
    }

    checks_only_the_first_expectation, rejected by every_expectation_of_an_append_is_checked {
        fn rewrite(&self, append: &mut Append) {
            append.expected.truncate(1);
        }
    }

    checks_the_version_of_another_stream, rejected by a_stream_can_be_expected_without_being_written_to {
        fn rewrite(&self, append: &mut Append) {
            if let ([(stream, _)], [event, ..]) = (&mut append.expected[..], &append.events[..]) {
                *stream = event.stream.clone();
            }
        }
    }

    checks_only_streams_that_it_writes_to, rejected by a_stream_can_be_expected_without_being_written_to {
        fn rewrite(&self, append: &mut Append) {
            let Append { events, expected, .. } = append;
            expected.retain(|(stream, _)| events.iter().any(|event| event.stream == *stream));
        }
    }

    swallows_a_conflict, rejected by no_stream_conflicts_with_an_existing_stream {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            let log = factum_core::EventReader::log_id(store);
            let swallow = |outcome| match outcome {
                Err(AppendError::Conflict(_)) => Ok(Receipt::empty(log)),
                outcome => outcome,
            };
            store.append(appends).await.into_iter().map(swallow).collect()
        }
    }

    /// What `ON CONFLICT DO NOTHING` and an unlocked version read give together.
    checks_and_writes_in_two_steps, rejected by one_of_many_writers_wins_each_version {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            in_two_steps(store, appends, others_go_first).await
        }
    }

    checks_a_call_before_it_writes_any_of_it, rejected by a_later_append_of_a_call_sees_the_earlier_ones {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            in_two_steps(store, appends, || async {}).await
        }
    }

    says_that_a_stream_is_where_it_was_expected, rejected by an_exact_version_conflicts_with_a_longer_stream {
        fn answer(&self, outcomes: &mut Vec<Outcome>) {
            for outcome in outcomes {
                if let Err(AppendError::Conflict(Conflict::Version { expected: ExpectedVersion::Exact(version), actual, .. })) = outcome {
                    *actual = *version;
                }
            }
        }
    }

    looks_at_the_expectations_of_an_empty_append, rejected by an_append_without_events_expects_nothing {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            let mut outcomes = Vec::new();
            for append in appends {
                let conflict = conflict(store, &append.expected).await.filter(|_| append.events.is_empty());
                outcomes.push(match conflict {
                    Some(conflict) => Err(conflict.into()),
                    None => store.append(vec![append]).await.remove(0),
                });
            }
            outcomes
        }
    }
}

/// Checks the versions of a call, does something else, and writes what passed.
async fn in_two_steps<W: Future<Output = ()>>(
    store: &MemoryStore,
    mut appends: Vec<Append>,
    between: impl Fn() -> W,
) -> Vec<Outcome> {
    let mut conflicts = Vec::new();
    for append in &mut appends {
        conflicts.push(conflict(store, &append.expected).await);
        append.expected.clear();
    }
    between().await;
    let mut outcomes = Vec::new();
    for (append, conflict) in appends.into_iter().zip(conflicts) {
        outcomes.push(match conflict {
            Some(conflict) => Err(conflict.into()),
            None => store.append(vec![append]).await.remove(0),
        });
    }
    outcomes
}

/// The conflict of an append that expects this, if it were made now.
async fn conflict(store: &MemoryStore, expected: &[(StreamId, ExpectedVersion)]) -> Option<Conflict> {
    for (stream, expected) in expected {
        let actual = store.stream_version(stream.clone()).await.unwrap();
        if !expected.is_met_by(actual) {
            return Some(Conflict::version(stream.clone(), *expected, actual));
        }
    }
    None
}
