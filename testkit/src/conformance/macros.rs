//! The macros that make a test of each case. The lists of cases are in the suites.

/// Makes a test of each case of the [store suite](super::store). See the [module](super).
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_store {
    ($fixture:ty $(, capabilities = [$($capability:ident),* $(,)?])? $(,)?) => {
        #[cfg(test)]
        type StoreFixture = $fixture;
        $crate::__conformance_store_cases! { [$crate::__conformance_tests] store StoreFixture [$($($capability)*)?] }
    };
}

/// Makes a test of each case of the [checkpoint suite](super::checkpoints). See the [module](super).
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_checkpoints {
    ($fixture:ty $(, capabilities = [$($capability:ident),* $(,)?])? $(,)?) => {
        #[cfg(test)]
        type CheckpointsFixture = $fixture;
        $crate::__conformance_checkpoints_cases! {
            [$crate::__conformance_tests] checkpoints CheckpointsFixture [$($($capability)*)?]
        }
    };
}

/// Makes a test of each case of the [inbox suite](super::inbox). See the [module](super).
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_inbox {
    ($fixture:ty $(, capabilities = [$($capability:ident),* $(,)?])? $(,)?) => {
        #[cfg(test)]
        type InboxFixture = $fixture;
        $crate::__conformance_inbox_cases! { [$crate::__conformance_tests] inbox InboxFixture [$($($capability)*)?] }
    };
}

/// Makes a test of each case of the [inline suite](super::inline). See the [module](super).
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_inline {
    ($fixture:ty $(, capabilities = [$($capability:ident),* $(,)?])? $(,)?) => {
        #[cfg(test)]
        type InlineFixture = $fixture;
        $crate::__conformance_inline_cases! { [$crate::__conformance_tests] inline InlineFixture [$($($capability)*)?] }
    };
}

/// Makes a test of each case of the [lease suite](super::leases). See the [module](super).
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_leases {
    ($fixture:ty $(, capabilities = [$($capability:ident),* $(,)?])? $(,)?) => {
        #[cfg(test)]
        type LeasesFixture = $fixture;
        $crate::__conformance_leases_cases! { [$crate::__conformance_tests] leases LeasesFixture [$($($capability)*)?] }
    };
}

/// Makes a test of each case of the [quarantine suite](super::quarantine). See the [module](super).
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_quarantine {
    ($fixture:ty $(, capabilities = [$($capability:ident),* $(,)?])? $(,)?) => {
        #[cfg(test)]
        type QuarantineFixture = $fixture;
        $crate::__conformance_quarantine_cases! {
            [$crate::__conformance_tests] quarantine QuarantineFixture [$($($capability)*)?]
        }
    };
}

/// Makes a test of each case of the [generation suite](super::generations). See the [module](super).
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_generations {
    ($fixture:ty $(, capabilities = [$($capability:ident),* $(,)?])? $(,)?) => {
        #[cfg(test)]
        type GenerationsFixture = $fixture;
        $crate::__conformance_generations_cases! {
            [$crate::__conformance_tests] generations GenerationsFixture [$($($capability)*)?]
        }
    };
}

/// Makes a test of each case of the [snapshot suite](super::snapshots). See the [module](super).
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_snapshots {
    ($fixture:ty $(, capabilities = [$($capability:ident),* $(,)?])? $(,)?) => {
        #[cfg(test)]
        type SnapshotsFixture = $fixture;
        $crate::__conformance_snapshots_cases! {
            [$crate::__conformance_tests] snapshots SnapshotsFixture [$($($capability)*)?]
        }
    };
}

/// Makes a test of each case of the [document suite](super::documents). See the [module](super).
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_documents {
    ($fixture:ty $(, capabilities = [$($capability:ident),* $(,)?])? $(,)?) => {
        #[cfg(test)]
        type DocumentsFixture = $fixture;
        $crate::__conformance_documents_cases! {
            [$crate::__conformance_tests] documents DocumentsFixture [$($($capability)*)?]
        }
    };
}

/// Makes a test of each case of the [suite of received messages](super::received). See the [module](super).
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_received {
    ($fixture:ty $(, capabilities = [$($capability:ident),* $(,)?])? $(,)?) => {
        #[cfg(test)]
        type ReceivedFixture = $fixture;
        $crate::__conformance_received_cases! {
            [$crate::__conformance_tests] received ReceivedFixture [$($($capability)*)?]
        }
    };
}

/// Makes a test of each case of the [request suite](super::requests). See the [module](super).
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_requests {
    ($fixture:ty $(, capabilities = [$($capability:ident),* $(,)?])? $(,)?) => {
        #[cfg(test)]
        type RequestsFixture = $fixture;
        $crate::__conformance_requests_cases! {
            [$crate::__conformance_tests] requests RequestsFixture [$($($capability)*)?]
        }
    };
}

/// Makes a test of each case of the [transport suite](super::transports). See the [module](super).
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_transports {
    ($fixture:ty $(, capabilities = [$($capability:ident),* $(,)?])? $(,)?) => {
        #[cfg(test)]
        type TransportsFixture = $fixture;
        $crate::__conformance_transports_cases! {
            [$crate::__conformance_tests] transports TransportsFixture [$($($capability)*)?]
        }
    };
}

/// A module of tests, one for each case.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_tests {
    ($suite:ident $fixture:ident $declared:tt $([$($needs:ident)?] $group:ident :: $case:ident;)*) => {
        #[cfg(test)]
        mod $suite {
            fn test(case: &str) {
                let cases = $crate::conformance::$suite::cases::<super::$fixture>();
                $crate::conformance::test(&cases, case, $crate::__conformance_declared!($declared));
            }

            $($crate::__conformance_test! { [$($needs)?] $declared $case })*
        }
    };
}

/// One test, which is ignored if it needs what is not declared.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_test {
    ([] $declared:tt $case:ident) => {
        #[test]
        fn $case() {
            test(stringify!($case));
        }
    };
    ([gapless] [gapless $($rest:ident)*] $case:ident) => { $crate::__conformance_test! { [] [] $case } };
    ([persistent] [persistent $($rest:ident)*] $case:ident) => { $crate::__conformance_test! { [] [] $case } };
    ([persistent] [durable $($rest:ident)*] $case:ident) => { $crate::__conformance_test! { [] [] $case } };
    ([shared] [shared $($rest:ident)*] $case:ident) => { $crate::__conformance_test! { [] [] $case } };
    ([keeps] [keeps $($rest:ident)*] $case:ident) => { $crate::__conformance_test! { [] [] $case } };
    ([competes] [competes $($rest:ident)*] $case:ident) => { $crate::__conformance_test! { [] [] $case } };
    ([redelivers] [redelivers $($rest:ident)*] $case:ident) => { $crate::__conformance_test! { [] [] $case } };
    ([delays] [delays $($rest:ident)*] $case:ident) => { $crate::__conformance_test! { [] [] $case } };
    ([replays] [replays $($rest:ident)*] $case:ident) => { $crate::__conformance_test! { [] [] $case } };
    ([$needs:ident] [$other:ident $($rest:ident)*] $case:ident) => {
        $crate::__conformance_test! { [$needs] [$($rest)*] $case }
    };
    ([gapless] [] $case:ident) => {
        #[test]
        #[ignore = "the store does not declare `gapless`"]
        fn $case() {
            test(stringify!($case));
        }
    };
    ([persistent] [] $case:ident) => {
        #[test]
        #[ignore = "the store declares neither `durable` nor `persistent`"]
        fn $case() {
            test(stringify!($case));
        }
    };
    ([shared] [] $case:ident) => {
        #[test]
        #[ignore = "the store does not declare `shared`"]
        fn $case() {
            test(stringify!($case));
        }
    };
    ([keeps] [] $case:ident) => {
        #[test]
        #[ignore = "the transport does not declare `keeps`"]
        fn $case() {
            test(stringify!($case));
        }
    };
    ([competes] [] $case:ident) => {
        #[test]
        #[ignore = "the transport does not declare `competes`"]
        fn $case() {
            test(stringify!($case));
        }
    };
    ([redelivers] [] $case:ident) => {
        #[test]
        #[ignore = "the transport does not declare `redelivers`"]
        fn $case() {
            test(stringify!($case));
        }
    };
    ([delays] [] $case:ident) => {
        #[test]
        #[ignore = "the transport does not declare `delays`"]
        fn $case() {
            test(stringify!($case));
        }
    };
    ([replays] [] $case:ident) => {
        #[test]
        #[ignore = "the transport does not declare `replays`"]
        fn $case() {
            test(stringify!($case));
        }
    };
}

/// The declared capabilities, as a list of [`Capability`](super::Capability).
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_declared {
    ([$($capability:ident)*]) => { &[$($crate::__conformance_capability!($capability)),*] };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_capability {
    (gapless) => {
        $crate::conformance::Capability::Gapless
    };
    (durable) => {
        $crate::conformance::Capability::Durable
    };
    (persistent) => {
        $crate::conformance::Capability::Persistent
    };
    (shared) => {
        $crate::conformance::Capability::Shared
    };
    (keeps) => {
        $crate::conformance::Capability::Keeps
    };
    (competes) => {
        $crate::conformance::Capability::Competes
    };
    (redelivers) => {
        $crate::conformance::Capability::Redelivers
    };
    (delays) => {
        $crate::conformance::Capability::Delays
    };
    (replays) => {
        $crate::conformance::Capability::Replays
    };
    ($other:ident) => {
        compile_error!(concat!(
            "`",
            stringify!($other),
            "` is no capability; write `gapless`, `durable`, `persistent` or `shared`, or for a transport `shared`, `keeps`, `competes`, `redelivers`, `delays` or `replays`"
        ))
    };
}

/// The same cases as values.
macro_rules! list {
    ($([$($needs:ident)?] $group:ident :: $case:ident;)*) => {
        vec![$($crate::conformance::case::Listed {
            name: stringify!($case),
            needs: $crate::conformance::macros::needs!($($needs)?),
            run: $crate::conformance::macros::run!($group::$case),
        }),*]
    };
}

macro_rules! run {
    // The only case that looks at what is declared.
    (capabilities::$case:ident) => {
        |place, declared| Box::pin(capabilities::$case(place, declared))
    };
    ($group:ident::$case:ident) => {
        |place, _| Box::pin($group::$case(place))
    };
}

macro_rules! needs {
    () => {
        None
    };
    ($needs:ident) => {
        Some($crate::__conformance_capability!($needs))
    };
}

pub(super) use {list, needs, run};
