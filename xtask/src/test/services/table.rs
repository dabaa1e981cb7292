use factum_services::{Error, pgbouncer, postgres};

/// A server that some tests need.
#[derive(Debug)]
pub(super) struct Service {
    /// Whether its programs are there, whoever runs them: tests start servers of their own, to crash them, also where
    /// one is listening.
    pub(super) installed: fn() -> Result<(), Error>,
    /// What Debian calls it.
    pub(super) package: &'static str,
    /// The crates whose tests need it, all of which are left out without it.
    pub(super) crates: &'static [&'static str],
    /// Tests of other crates that need it: what their names have in common.
    pub(super) tests: Option<Tests>,
}

/// Some tests of crates whose other tests run anywhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tests {
    /// A part of the name that each of them has and no test that runs anywhere: the module that they are in.
    pub(super) named: &'static str,
    pub(super) of: &'static [&'static str],
}

pub(super) const SERVICES: [Service; 2] = [
    Service {
        installed: || postgres::installed().map(drop),
        package: "postgresql",
        crates: &["factum-chaos", "factum-services", "factum-store-postgres"],
        tests: Some(Tests { named: "postgres::", of: &["factum-cli", "loans"] }),
    },
    Service {
        installed: || pgbouncer::installed().map(drop),
        package: "pgbouncer",
        crates: &["factum-services", "factum-store-postgres"],
        tests: None,
    },
];
