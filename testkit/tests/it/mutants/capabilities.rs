//! Stores that are not what they say.

use super::{
    defect::{Defect, Place},
    mutants,
};
use factum_core::store::Capabilities;
use factum_testkit::conformance::store::cases;

mutants! {
    says_it_is_durable_and_is_not, rejected by the_declared_capabilities_are_those_of_the_store {
        fn capabilities(&self) -> Capabilities {
            Capabilities::none().gapless().durable()
        }
    }

    says_less_than_it_offers, rejected by the_declared_capabilities_are_those_of_the_store {
        fn capabilities(&self) -> Capabilities {
            Capabilities::none()
        }
    }
}
