//! Stores that do not say what they have written.

use super::{
    defect::{Defect, Outcome, Place},
    mutants,
};
use factum_core::{Append, EventAppender, Position, Receipt, StreamVersion};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::store::cases;

mutants! {
    names_only_the_first_stream, rejected by a_receipt_names_each_stream_once_in_order_of_appearance {
        fn answer(&self, outcomes: &mut Vec<Outcome>) {
            receipts(outcomes, |receipt| receipt.written.truncate(1));
        }
    }

    names_the_streams_in_alphabetical_order, rejected by a_receipt_names_each_stream_once_in_order_of_appearance {
        fn answer(&self, outcomes: &mut Vec<Outcome>) {
            receipts(outcomes, |receipt| receipt.written.sort_by(|a, b| a.stream.cmp(&b.stream)));
        }
    }

    says_the_version_before_the_append, rejected by the_first_event_of_a_stream_has_version_one {
        fn answer(&self, outcomes: &mut Vec<Outcome>) {
            receipts(outcomes, |receipt| {
                for written in &mut receipt.written {
                    written.version = StreamVersion::new(written.version.get() - 1);
                }
            });
        }
    }

    says_the_position_of_the_first_event, rejected by a_receipt_names_each_stream_once_in_order_of_appearance {
        async fn append(&self, store: &MemoryStore, appends: Vec<Append>) -> Vec<Outcome> {
            let counts: Vec<_> = appends.iter().map(|append| append.events.len() as u64).collect();
            let mut outcomes = store.append(appends).await;
            for (outcome, count) in outcomes.iter_mut().zip(counts) {
                if let Ok(receipt) = outcome {
                    let first = Position::new((receipt.position().get() + 1).saturating_sub(count));
                    receipt.written.iter_mut().for_each(|written| written.position = first);
                }
            }
            outcomes
        }
    }

    says_another_time_than_the_events, rejected by a_receipt_names_the_log_and_the_time {
        fn answer(&self, outcomes: &mut Vec<Outcome>) {
            receipts(outcomes, |receipt| receipt.recorded_at += chrono::TimeDelta::microseconds(1));
        }
    }

    has_nothing_to_say, rejected by the_first_event_of_a_stream_has_version_one {
        fn answer(&self, outcomes: &mut Vec<Outcome>) {
            receipts(outcomes, |receipt| receipt.written.clear());
        }
    }
}

fn receipts(outcomes: &mut [Outcome], change: impl FnMut(&mut Receipt)) {
    outcomes.iter_mut().flatten().for_each(change);
}
