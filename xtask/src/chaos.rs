use crate::{
    cargo,
    outcome::{Outcome, Result},
};
use clap::Args;

/// Kill servers, connections and processes under a store, and check that it keeps its promises
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Chaos {
    /// The store and the options, such as postgres --rounds 10 --seed 1; --help lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

impl Chaos {
    pub(crate) fn run(self) -> Result<Outcome> {
        // As the tests are built: the server is what takes the time, and an optimised build takes minutes.
        let mut run = cargo::command("run");
        run.args(["--quiet", "--locked", "-p", "factum-chaos", "--"]).args(&self.arguments);
        cargo::run(run)
    }
}
