//! Generations that are begun otherwise than they should be.

use super::{Begun, Defect, Kept, Place, cases};
use crate::mutants::mutants;
use factum_core::ConsumerName;

mutants! {
    is_read_as_soon_as_it_is_asked_for, rejected by a_generation_is_begun {
        fn begin(&self, begun: &mut Begun, _: bool) -> u32 {
            (begun.active, begun.last) = (begun.last + 1, begun.last + 1);
            begun.active
        }
    }

    begins_another_whenever_it_is_asked, rejected by one_that_is_being_made_is_not_begun_again {
        fn begin(&self, begun: &mut Begun, hold: bool) -> u32 {
            let number = begun.last + 1;
            (begun.filling, begun.held, begun.last) = (Some(number), hold, number);
            number
        }
    }

    holds_as_was_said_first, rejected by who_asks_last_says_whether_it_is_held {
        fn begin(&self, begun: &mut Begun, hold: bool) -> u32 {
            let number = begun.filling.unwrap_or(begun.last + 1);
            let held = if begun.filling.is_some() { begun.held } else { hold };
            (begun.filling, begun.held, begun.last) = (Some(number), held, number);
            number
        }
    }

    /// So what was given up is taken for what is made.
    counts_from_the_active_one, rejected by no_number_is_given_twice {
        fn begin(&self, begun: &mut Begun, hold: bool) -> u32 {
            let number = begun.filling.unwrap_or(begun.active + 1);
            (begun.filling, begun.held, begun.last) = (Some(number), hold, number);
            number
        }
    }

    gives_those_who_ask_at_once_a_number_each, rejected by who_asks_at_once_is_given_one_generation {
        fn lets_others_between(&self) -> bool {
            true
        }
    }

    knows_no_large_letters, rejected by consumers_have_generations_of_their_own {
        fn place(&self, consumer: &ConsumerName) -> String {
            consumer.as_str().to_lowercase()
        }
    }

    forgets_the_last_number_when_it_is_closed, rejected by generations_survive {
        fn open(&self, kept: &mut Kept) {
            kept.values_mut().for_each(|begun| begun.last = begun.active);
        }
    }

    forgets_what_is_read_when_it_is_closed, rejected by generations_survive {
        fn open(&self, kept: &mut Kept) {
            kept.values_mut().for_each(|begun| begun.active = 0);
        }
    }

    forgets_what_is_held_when_it_is_closed, rejected by generations_survive {
        fn open(&self, kept: &mut Kept) {
            kept.values_mut().for_each(|begun| begun.held = false);
        }
    }
}
