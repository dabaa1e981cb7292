use crate::{
    cargo,
    outcome::{Outcome, Result},
};
use clap::Args;

/// Measure, with the load driver in bench/
#[derive(Args)]
pub(crate) struct Bench {
    /// What the driver is given, such as --store memory --only W7
    #[arg(last = true)]
    arguments: Vec<String>,
}

impl Bench {
    pub(crate) fn run(self) -> Result<Outcome> {
        let mut run = cargo::command("run");
        run.args(["--release", "--locked", "-p", "factum-bench", "--"]).args(&self.arguments);
        cargo::run(run)
    }
}
