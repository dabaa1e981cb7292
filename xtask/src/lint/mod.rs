mod file_length;
mod files;
mod licences;
mod machine_paths;
mod table;
mod toolchain;

use self::table::Row;
use crate::{
    outcome::{Outcome, Result},
    workspace::Workspace,
};
use clap::Args;
use std::time::Instant;

/// Check format, lints, documentation, licences and the project's own rules
#[derive(Args)]
pub(crate) struct Lint {}

/// One of the things that are checked.
struct Step {
    name: &'static str,
    /// What it does, in a few words.
    what: &'static str,
    check: fn(&Workspace) -> Result<Outcome>,
}

const STEPS: [Step; 6] = [
    toolchain::RUSTFMT,
    toolchain::CLIPPY,
    toolchain::RUSTDOC,
    licences::LICENCES,
    file_length::FILE_LENGTH,
    machine_paths::MACHINE_PATHS,
];

impl Lint {
    /// Runs all steps, whichever of them fail: who repairs one thing wants to know of the others.
    pub(crate) fn run(self) -> Result<Outcome> {
        let workspace = Workspace::load()?;
        let rows = STEPS.map(|step| step.run(&workspace));
        print!("\n{}", table::render(&rows));
        Ok(rows.iter().fold(Outcome::Passed, |all, row| all.and(row.outcome)))
    }
}

impl Step {
    fn run(&self, workspace: &Workspace) -> Row {
        println!("{}: {}", self.name, self.what);
        let start = Instant::now();
        let outcome = (self.check)(workspace).unwrap_or_else(|error| {
            eprintln!("error: {error}");
            Outcome::Failed
        });
        Row { step: self.name, outcome, time: start.elapsed() }
    }
}
