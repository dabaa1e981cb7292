use crate::{
    cargo,
    outcome::{Outcome, Result},
    workspace::Workspace,
};
use clap::Args;

/// Measure, with the load driver in bench/
#[derive(Args)]
pub(crate) struct Bench {}

impl Bench {
    pub(crate) fn run(self) -> Result<Outcome> {
        let workspace = Workspace::load()?;
        let Some(package) = workspace.package_in("bench") else {
            eprintln!("the bench crate is not part of the workspace yet");
            return Ok(Outcome::Failed);
        };
        let mut run = cargo::command("run");
        run.args(["--release", "--locked", "-p", package]);
        cargo::run(run)
    }
}
