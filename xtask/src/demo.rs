use crate::{
    cargo,
    outcome::{Outcome, Result},
};
use clap::Args;

/// Run the example that the README begins with
#[derive(Args)]
pub(crate) struct Demo {}

impl Demo {
    pub(crate) fn run(self) -> Result<Outcome> {
        let mut run = cargo::command("run");
        run.args(["--release", "-p", "loans"]);
        cargo::run(run)
    }
}
