//! What makes sure, before the tests, of the services that they need.

mod debian;
mod table;

use self::table::{SERVICES, Service, Tests};
use factum_services::Error;
use std::{collections::BTreeSet, fmt};

/// What could not be made sure of.
#[derive(Debug, Default)]
pub(super) struct LeftOut(Vec<Missing>);

/// A reason, and the tests that cannot run.
#[derive(Debug)]
struct Missing {
    why: Error,
    crates: &'static [&'static str],
    tests: &'static [Tests],
    /// Whether everybody could have it: no package has what is left out otherwise.
    can_be_had: bool,
}

/// Installs what is missing if it can, and says what it does.
pub(super) fn ensure() -> LeftOut {
    let left_out = ensure_all(&SERVICES, |packages| {
        // It has said what went wrong, and what is missing after it is what counts.
        debian::install(packages).map_or_else(|e| eprintln!("{e}"), drop);
    });
    if !left_out.is_empty() {
        println!("{left_out}");
    }
    left_out
}

fn ensure_all(services: &[Service], install: impl FnOnce(&[&str])) -> LeftOut {
    // A folder that the environment names wrongly is not made right by a package.
    let can_be_installed = |service: &&Service| matches!((service.installed)(), Err(Error::Missing { .. }));
    let packages: Vec<_> =
        services.iter().filter(can_be_installed).flat_map(|service| service.packages).copied().collect();
    if !packages.is_empty() {
        install(&packages);
    }
    let missing = |service: &Service| {
        let why = (service.installed)().err()?;
        let can_be_had = !(service.packages.is_empty() && matches!(why, Error::Missing { .. }));
        Some(Missing { why, crates: service.crates, tests: service.tests, can_be_had })
    };
    LeftOut(services.iter().filter_map(missing).collect())
}

impl LeftOut {
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether something is left out that could be had, which is a failure.
    pub(super) fn is_failure(&self) -> bool {
        self.0.iter().any(|missing| missing.can_be_had)
    }

    /// Each once, though several of its services may be missing.
    pub(super) fn crates(&self) -> BTreeSet<&'static str> {
        self.0.iter().flat_map(|missing| missing.crates).copied().collect()
    }

    /// Of the other crates, what is in the names of the tests that cannot run.
    pub(super) fn tests(&self) -> BTreeSet<&'static str> {
        self.0.iter().flat_map(|missing| missing.tests).map(|tests| tests.named).collect()
    }
}

/// A line for each service.
impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, Missing { why, crates, tests, .. }) in self.0.iter().enumerate() {
            let line_break = if i == 0 { "" } else { "\n" };
            let all = (!crates.is_empty()).then(|| format!("the tests of {}", crates.join(" and ")));
            let some = tests
                .iter()
                .map(|Tests { named, of }| format!("those named {named} of {}", of.join(" and ")));
            let tests: Vec<_> = all.into_iter().chain(some).collect();
            write!(f, "{line_break}left out: {}: {why}", tests.join(", and "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
