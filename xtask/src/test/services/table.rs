use factum_services::{Error, chromium, node, pgbouncer, postgres, python};
use std::path::{Path, PathBuf};

/// A server that some tests need.
#[derive(Debug)]
pub(super) struct Service {
    /// Whether its programs are there, whoever runs them: tests start servers of their own, to crash them, also where
    /// one is listening.
    pub(super) installed: fn() -> Result<(), Error>,
    /// What Debian calls it.
    pub(super) packages: &'static [&'static str],
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

pub(super) const SERVICES: [Service; 5] = [
    Service {
        installed: || postgres::installed().map(drop),
        packages: &["postgresql"],
        crates: &["factum-chaos", "factum-services", "factum-store-postgres"],
        tests: Some(Tests { named: "postgres::", of: &["factum-cli", "loans", "shop"] }),
    },
    Service {
        installed: || pgbouncer::installed().map(drop),
        packages: &["pgbouncer"],
        crates: &["factum-services", "factum-store-postgres"],
        tests: None,
    },
    Service {
        installed: || chromium::installed().map(drop),
        packages: &["chromium"],
        crates: &[],
        tests: Some(BROWSER),
    },
    Service {
        installed: || node::installed()?.with_packages(&shop("browser")).map(drop),
        packages: &["nodejs", "npm"],
        crates: &[],
        tests: Some(BROWSER),
    },
    Service {
        installed: || python::installed()?.with_packages(&shop("api/requirements.txt")).map(drop),
        packages: &["python3-venv"],
        crates: &[],
        tests: Some(Tests { named: "from_outside::", of: &["shop"] }),
    },
];

const BROWSER: Tests = Tests { named: "browser::", of: &["shop"] };

/// What lies beside the tests of the shop.
fn shop(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/shop/tests").join(path)
}
