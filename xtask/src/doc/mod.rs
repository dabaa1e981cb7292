mod book;

use crate::{
    cargo,
    outcome::{Outcome, Result},
    workspace::Workspace,
};
use clap::Args;
use std::process::Command;

/// Build the documentation of the workspace's libraries, and the guide in docs/
#[derive(Args)]
pub(crate) struct Doc {
    /// Open it in the browser
    #[arg(long)]
    open: bool,
}

impl Doc {
    pub(crate) fn run(self) -> Result<Outcome> {
        let root = Workspace::load()?.root;
        let mut doc = command();
        if self.open {
            doc.arg("--open");
        }
        Ok(cargo::run(doc)?.and(book::build(&root, self.open)?))
    }
}

/// Libraries only: a program may have the name of a library, and would overwrite its pages.
pub(crate) fn command() -> Command {
    let mut doc = cargo::command("doc");
    doc.args(["--workspace", "--lib", "--no-deps", "--locked"]);
    doc
}
