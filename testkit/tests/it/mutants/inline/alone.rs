//! Stores that apply what they should leave to whoever runs the projection, or leave what they should apply.

use super::{Broken, Defect, Why, mutants};
use factum_core::{RecordedEvent, projection::Inline};

mutants! {
    founds_what_was_never_founded, rejected by what_was_never_founded_is_left_alone {
        fn leaves_alone(&self, why: Why) -> bool {
            why != Why::NeverFounded
        }
    }

    applies_what_was_only_claimed, rejected by what_was_only_claimed_is_left_alone {
        fn leaves_alone(&self, why: Why) -> bool {
            why != Why::OnlyClaimed
        }
    }

    applies_everything_in_the_first_partition, rejected by what_is_parted_is_left_alone {
        fn leaves_alone(&self, why: Why) -> bool {
            why != Why::Parted
        }
    }

    overtakes_what_is_in_quarantine, rejected by what_has_events_in_quarantine_is_left_alone {
        fn leaves_alone(&self, why: Why) -> bool {
            why != Why::Quarantined
        }
    }

    passes_over_what_was_not_applied, rejected by what_is_behind_is_left_alone_until_it_has_caught_up {
        fn leaves_alone(&self, why: Why) -> bool {
            why != Why::Behind
        }
    }

    applies_on_top_of_what_was_reset, rejected by what_was_reset_is_left_alone {
        fn leaves_alone(&self, why: Why) -> bool {
            why != Why::Behind
        }
    }

    is_behind_for_events_that_do_not_concern_it, rejected by events_that_do_not_concern_it_are_passed_over {
        fn concerns(&self, _: &Inline<Broken>, _: &RecordedEvent) -> bool {
            true
        }
    }
}
