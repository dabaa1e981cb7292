//! What makes sure, before the tests, of the services that they need.

mod debian;
mod table;

use self::table::{SERVICES, Service};
use factum_services::Error;
use std::{collections::BTreeSet, fmt};

/// What could not be made sure of: a reason, and the crates whose tests cannot run.
#[derive(Debug, Default)]
pub(super) struct LeftOut(Vec<(Error, &'static [&'static str])>);

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
    let packages: Vec<_> = services.iter().filter(can_be_installed).map(|service| service.package).collect();
    if !packages.is_empty() {
        install(&packages);
    }
    let missing = services.iter().filter_map(|service| Some(((service.installed)().err()?, service.crates)));
    LeftOut(missing.collect())
}

impl LeftOut {
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each once, though several of its services may be missing.
    pub(super) fn crates(&self) -> BTreeSet<&'static str> {
        self.0.iter().flat_map(|(_, crates)| *crates).copied().collect()
    }
}

/// A line for each service.
impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (why, crates)) in self.0.iter().enumerate() {
            let line_break = if i == 0 { "" } else { "\n" };
            write!(f, "{line_break}left out: the tests of {}: {why}", crates.join(" and "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
