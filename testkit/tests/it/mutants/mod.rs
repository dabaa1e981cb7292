//! Does the conformance suite notice? Each test breaks the in-memory store in one way and names a case that rejects
//! it; the ways are those in which published stores have been broken.

mod capabilities;
mod condition;
mod content;
mod defect;
mod find;
mod list;
mod log;
mod misread;
mod page;
mod persistence;
mod receipt;
mod stream;
mod version;
mod whole;

use self::defect::{Defect, Place};
use factum_testkit::conformance::{self, Capability, Case, rejection};

/// What the stores here are, but for their defects.
const DECLARED: &[Capability] = &[Capability::Gapless, Capability::Persistent];

/// A store without its defect is accepted, so it is the defects that are rejected.
#[test]
fn without_a_defect_the_store_is_accepted() {
    #[derive(Default)]
    struct Nothing;
    impl Defect for Nothing {}

    assert_eq!(rejection(&conformance::store::cases::<Place<Nothing>>(), DECLARED), None);
}

/// Runs the case `name`, which has to fail.
fn rejects(cases: &[Case], name: &str) {
    let case = cases.iter().find(|case| case.name() == name);
    let case = case.unwrap_or_else(|| panic!("the suite has no case {name}"));
    assert!(case.is_for(DECLARED), "{name} is skipped for a store like this");
    match case.run(DECLARED) {
        Ok(()) => panic!("{name} accepts a store with this defect"),
        Err(rejection) => println!("rejected by {rejection}"),
    }
}

/// Tests that a store with a defect is rejected: the defect as a sentence, a case that has to reject it, and what the
/// store does otherwise than it should, for which it may keep something.
macro_rules! mutants {
    ($($(#[$doc:meta])* $defect:ident, $(keeping $state:ty,)? rejected by $case:ident { $($done:tt)* })+) => {
        $($(#[$doc])*
        #[test]
        fn $defect() {
            #[derive(Default)]
            struct Mutant($($state)?);
            impl Defect for Mutant { $($done)* }
            crate::mutants::rejects(&cases::<Place<Mutant>>(), stringify!($case));
        })+
    };
}

use mutants;
