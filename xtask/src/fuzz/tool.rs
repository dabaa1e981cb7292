use crate::{
    cargo,
    outcome::{Outcome, Result},
};
use clap::ValueEnum;
use std::{
    path::Path,
    process::{Command, Stdio},
};

/// What the programs are built to notice besides panics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sanitizer {
    /// Nothing; works with the toolchain that builds the project
    #[default]
    None,
    /// Wrong uses of memory, in dependencies; needs a nightly toolchain
    Address,
}

/// cargo-fuzz, known to be there.
pub(super) struct Tool {
    sanitizer: Sanitizer,
}

impl Tool {
    pub(super) fn find(sanitizer: Sanitizer, install: bool) -> Result<Self> {
        if sanitizer == Sanitizer::Address && !answers(nightly("rustc").arg("--version")) {
            return Err(
                "a nightly toolchain is missing: rustup toolchain install nightly --profile minimal".into()
            );
        }
        if !answers(cargo::command("fuzz").arg("--version")) {
            if !install {
                return Err(
                    "cargo-fuzz is missing: cargo install cargo-fuzz --locked, or --install here".into()
                );
            }
            let mut cargo = cargo::command("install");
            cargo.args(["cargo-fuzz", "--locked"]);
            if cargo::run(cargo)? == Outcome::Failed {
                return Err("cargo-fuzz could not be installed".into());
            }
        }
        Ok(Self { sanitizer })
    }

    /// `cargo fuzz <subcommand>` for the targets of `folder`.
    pub(super) fn command(&self, subcommand: &str, folder: &Path) -> Command {
        let (mut command, sanitizer) = match self.sanitizer {
            Sanitizer::None => (cargo::command("fuzz"), "none"),
            Sanitizer::Address => {
                let mut command = nightly("cargo");
                command.arg("fuzz");
                (command, "address")
            }
        };
        command.args([subcommand, "--sanitizer", sanitizer, "--fuzz-dir"]).arg(folder);
        command
    }
}

fn nightly(program: &str) -> Command {
    let mut command = Command::new("rustup");
    // Of the toolchain that runs this program.
    command.env_remove("CARGO").env_remove("RUSTC").args(["run", "nightly", program]);
    command
}

fn answers(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
