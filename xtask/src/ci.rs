use crate::{
    lint::Lint,
    outcome::{Outcome, Result},
    test::Test,
};
use clap::Args;

/// Run lint, then test, and fail if either has
#[derive(Args)]
pub(crate) struct Ci {}

impl Ci {
    pub(crate) fn run(self) -> Result<Outcome> {
        let lint = Lint {}.run()?;
        let test = Test::default().run()?;
        Ok(lint.and(test))
    }
}
