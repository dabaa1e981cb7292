use super::Step;
use crate::{
    cargo, doc,
    outcome::{Outcome, Result},
    workspace::Workspace,
};
use std::env;

pub(super) const RUSTFMT: Step = Step { name: "rustfmt", what: "the format of all packages", check: rustfmt };
pub(super) const CLIPPY: Step = Step { name: "clippy", what: "compiler warnings and lints", check: clippy };
pub(super) const RUSTDOC: Step =
    Step { name: "rustdoc", what: "warnings in the documentation", check: rustdoc };

fn rustfmt(workspace: &Workspace) -> Result<Outcome> {
    let mut fmt = cargo::command("fmt");
    fmt.args(["--all", "--", "--check"]);
    // A workspace of its own.
    let mut fuzz = cargo::command("fmt");
    fuzz.arg("--manifest-path").arg(workspace.root.join("fuzz/Cargo.toml")).args(["--", "--check"]);
    Ok(cargo::run(fmt)?.and(cargo::run(fuzz)?))
}

fn clippy(_: &Workspace) -> Result<Outcome> {
    let mut clippy = cargo::command("clippy");
    clippy.args(["--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]);
    cargo::run(clippy)
}

fn rustdoc(_: &Workspace) -> Result<Outcome> {
    let mut flags = env::var("RUSTDOCFLAGS").unwrap_or_default();
    flags.push_str(" -D warnings");
    let mut doc = doc::command();
    doc.env("RUSTDOCFLAGS", flags.trim_start());
    cargo::run(doc)
}
