use factum_services::{
    Error, chromium, cplusplus, google_pubsub, kcat, mosquitto, nats, node, pgbouncer, postgres, python,
    rabbitmq,
};
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
    pub(super) tests: &'static [Tests],
}

/// Some tests of crates whose other tests run anywhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tests {
    /// A part of the name that each of them has and no test that runs anywhere: the module that they are in.
    pub(super) named: &'static str,
    pub(super) of: &'static [&'static str],
}

pub(super) const SERVICES: [Service; 11] = [
    Service {
        installed: || postgres::installed().map(drop),
        packages: &["postgresql"],
        crates: &["factum-chaos", "factum-services", "factum-store-postgres"],
        tests: &[Tests { named: "postgres::", of: &["factum-cli", "loans", "shop"] }],
    },
    Service {
        installed: || pgbouncer::installed().map(drop),
        packages: &["pgbouncer"],
        crates: &["factum-services", "factum-store-postgres"],
        tests: &[],
    },
    Service {
        installed: || rabbitmq::installed().map(drop),
        packages: &["rabbitmq-server"],
        crates: &["factum-chaos"],
        tests: &[Tests {
            named: "rabbitmq::",
            of: &["calculator", "factum-messaging", "factum-services", "shop"],
        }],
    },
    Service {
        installed: || nats::installed().map(drop),
        packages: &["nats-server"],
        crates: &["factum-chaos"],
        tests: &[Tests {
            named: "nats::",
            of: &["calculator", "factum-messaging", "factum-services", "registration", "shop"],
        }],
    },
    Service {
        installed: || mosquitto::installed().map(drop),
        packages: &["mosquitto"],
        crates: &["factum-chaos"],
        tests: &[
            Tests { named: "mqtt::", of: &["factum-messaging"] },
            Tests { named: "mosquitto::", of: &["factum-services"] },
        ],
    },
    Service {
        installed: cplusplus::installed,
        packages: &["g++", "make"],
        // Its tests are built with the client of Kafka.
        crates: &["factum-messaging"],
        tests: &[],
    },
    Service {
        installed: || kcat::installed().map(drop),
        packages: &["kcat"],
        crates: &[],
        tests: &[Tests { named: "what_kcat_understands::", of: &["factum-messaging"] }],
    },
    Service {
        installed: || google_pubsub::installed().map(drop),
        // No registry that everybody has, has it: where it is missing, it is said, and no failure.
        packages: &[],
        crates: &[],
        tests: &[Tests { named: "google_pubsub_emulator::", of: &["factum-messaging"] }],
    },
    Service {
        installed: || chromium::installed().map(drop),
        packages: &["chromium"],
        crates: &[],
        tests: &[BROWSER],
    },
    Service {
        installed: || {
            let node = node::installed()?;
            let folders = [shop("browser"), messaging("node"), messaging("asyncapi")];
            folders.iter().try_for_each(|folder| node.with_packages(folder).map(drop))
        },
        packages: &["nodejs", "npm"],
        crates: &[],
        tests: &[
            BROWSER,
            Tests { named: "what_javascript_understands::", of: &["factum-messaging"] },
            Tests { named: "what_asyncapi_understands::", of: &["factum-messaging"] },
        ],
    },
    Service {
        installed: || {
            let python = python::installed()?;
            let files = [shop("api/requirements.txt"), messaging("python/requirements.txt")];
            files.iter().try_for_each(|file| python.with_packages(file).map(drop))
        },
        packages: &["python3-venv"],
        crates: &[],
        tests: &[
            Tests { named: "from_outside::", of: &["shop"] },
            Tests { named: "what_python_understands::", of: &["factum-messaging"] },
            // And each the broker whose name they have too.
            Tests { named: "what_python_reads::", of: &["factum-messaging"] },
        ],
    },
];

const BROWSER: Tests = Tests { named: "browser::", of: &["shop"] };

/// What lies beside the tests of the shop.
fn shop(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/shop/tests").join(path)
}

/// What lies beside the tests of messaging.
fn messaging(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../messaging/tests").join(path)
}
