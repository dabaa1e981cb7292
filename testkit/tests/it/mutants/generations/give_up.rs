//! Generations that are held and given up otherwise than they should be.

use super::{Begun, Defect, Place, cases};
use crate::mutants::mutants;

mutants! {
    goes_on_with_what_is_given_up, rejected by what_is_given_up_is_not_made {
        fn abandon(&self, _: &mut Begun) {}
    }

    activates_what_was_given_up, rejected by what_is_given_up_is_not_made {
        fn may_be_active(&self, begun: &Begun, generation: u32) -> bool {
            generation > begun.active && generation <= begun.last && !begun.held
        }
    }

    gives_up_what_is_read, rejected by no_number_is_given_twice {
        fn abandon(&self, begun: &mut Begun) {
            (begun.active, begun.filling, begun.held) = (0, None, false);
        }
    }

    begins_one_where_there_is_none_to_be_given_up, rejected by what_is_not_made_may_be_given_up_and_released {
        fn abandon(&self, begun: &mut Begun) {
            (begun.filling, begun.held, begun.last) = (None, false, begun.last + 1);
        }
    }

    activates_what_is_held, rejected by what_is_held_is_not_activated_before_it_is_released {
        fn may_be_active(&self, begun: &Begun, generation: u32) -> bool {
            begun.filling == Some(generation)
        }
    }

    never_releases, rejected by what_is_held_is_not_activated_before_it_is_released {
        fn release(&self, _: &mut Begun) {}
    }

    activates_what_is_released_wherever_it_is, rejected by what_is_held_is_not_activated_before_it_is_released {
        fn release(&self, begun: &mut Begun) {
            (begun.held, begun.active) = (false, begun.filling.take().unwrap_or(begun.active));
        }
    }

    holds_what_is_not_there_any_more, rejected by what_is_not_made_may_be_given_up_and_released {
        fn abandon(&self, begun: &mut Begun) {
            begun.filling = None;
        }
    }

    holds_once_for_all, rejected by another_generation_is_not_held_by_that {
        fn begin(&self, begun: &mut Begun, hold: bool) -> u32 {
            let number = begun.filling.unwrap_or(begun.last + 1);
            let held = if begun.filling.is_some() { hold } else { hold || begun.last > 0 };
            (begun.filling, begun.held, begun.last) = (Some(number), held, number);
            number
        }
    }
}
