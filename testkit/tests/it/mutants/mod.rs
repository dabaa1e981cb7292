//! Does the conformance suite notice? Each test breaks a store in one way and names a case that rejects it; the ways are
//! those in which published stores have been broken.

mod alone;
mod capabilities;
pub(crate) mod checkpoints;
mod condition;
mod content;
pub(crate) mod defect;
pub(crate) mod documents;
mod find;
pub(crate) mod generations;
pub(crate) mod inbox;
pub(crate) mod inline;
mod kept;
pub(crate) mod leases;
mod list;
mod log;
mod misread;
mod page;
mod persistence;
pub(crate) mod quarantine;
mod receipt;
pub(crate) mod received;
pub(crate) mod requests;
pub(crate) mod snapshots;
mod stream;
mod times;
pub(crate) mod transports;
mod version;
mod visibility;
mod whole;

use factum_testkit::conformance::{Capability, Case, rejection};

/// What the stores and transports here are, but for their defects.
const DECLARED: &[Capability] = &[
    Capability::Gapless,
    Capability::Persistent,
    Capability::Keeps,
    Capability::Competes,
    Capability::Redelivers,
    Capability::Delays,
];

/// Gives other tasks time to do everything that they can.
async fn others_go_first() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
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

/// Runs all cases, none of which may fail.
fn accepts(cases: &[Case]) {
    assert_eq!(rejection(cases, DECLARED), None);
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

            #[async_trait::async_trait]
            impl Defect for Mutant { $($done)* }

            crate::mutants::rejects(&cases::<Place<Mutant>>(), stringify!($case));
        })+
    };
}

use mutants;
