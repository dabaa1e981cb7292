//! Does the conformance suite notice? Each test breaks a store in one way and names a case that rejects it; the ways are
//! those in which published stores have been broken.

mod capabilities;
pub(crate) mod checkpoints;
mod condition;
mod content;
pub(crate) mod defect;
mod find;
mod list;
mod log;
mod misread;
mod page;
mod persistence;
mod receipt;
pub(crate) mod snapshots;
mod stream;
mod version;
mod whole;

use factum_testkit::conformance::{Capability, Case, rejection};
use std::sync::{Arc, Mutex, PoisonError};

/// What the stores here are, but for their defects.
const DECLARED: &[Capability] = &[Capability::Gapless, Capability::Persistent];

/// Which defect a suite is to find at the moment.
///
/// A type of store for each defect would have the compiler make each case for each of them, which takes it very long.
/// So there is one type of store, and the tests of a suite go one after the other.
struct Current<D: ?Sized> {
    testing: Mutex<()>,
    make: Mutex<Option<fn() -> Arc<D>>>,
}

impl<D: ?Sized> Current<D> {
    const fn none() -> Self {
        Self { testing: Mutex::new(()), make: Mutex::new(None) }
    }

    fn set(&self, make: fn() -> Arc<D>) {
        *self.make.lock().unwrap() = Some(make);
    }

    /// The defect, for a store in a new place.
    fn make(&self) -> Arc<D> {
        (self.make.lock().unwrap().expect("a test has set it"))()
    }

    /// Runs the case `name`, which has to fail.
    fn is_rejected(&self, make: fn() -> Arc<D>, cases: &[Case], name: &str) {
        let _alone = self.testing.lock().unwrap_or_else(PoisonError::into_inner);
        self.set(make);
        let case = cases.iter().find(|case| case.name() == name);
        let case = case.unwrap_or_else(|| panic!("the suite has no case {name}"));
        assert!(case.is_for(DECLARED), "{name} is skipped for a store like this");
        match case.run(DECLARED) {
            Ok(()) => panic!("{name} accepts a store with this defect"),
            Err(rejection) => println!("rejected by {rejection}"),
        }
    }

    /// Runs all cases, none of which may fail: it is the defects that are rejected, and not what they are put in.
    fn is_accepted(&self, make: fn() -> Arc<D>, cases: &[Case]) {
        let _alone = self.testing.lock().unwrap_or_else(PoisonError::into_inner);
        self.set(make);
        assert_eq!(rejection(cases, DECLARED), None);
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

            #[async_trait::async_trait]
            impl Defect for Mutant { $($done)* }

            CURRENT.is_rejected(|| std::sync::Arc::new(Mutant::default()), &cases::<Place>(), stringify!($case));
        })+
    };
}

use mutants;
