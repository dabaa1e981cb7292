mod deny;
mod policy;
mod tree;

use self::policy::Policy;
use super::Step;
use crate::{
    outcome::{Outcome, Result},
    workspace::Workspace,
};
use std::fs;

pub(super) const LICENCES: Step =
    Step { name: "licences", what: "licences and advisories of all dependencies", check };

fn check(workspace: &Workspace) -> Result<Outcome> {
    if deny::is_installed() { deny::check() } else { check_licences(workspace) }
}

/// What can be checked without any tool: the licences, against the list that cargo-deny would use.
fn check_licences(workspace: &Workspace) -> Result<Outcome> {
    let file = workspace.root.join("deny.toml");
    let text = fs::read_to_string(&file).map_err(|e| format!("reading {}: {e}", file.display()))?;
    let policy = Policy::parse(&text).map_err(|e| format!("in {}: {e}", file.display()))?;
    let packages = tree::load(&policy.targets)?;
    println!(
        "cargo-deny is not installed: comparing the licences of {} packages with deny.toml, without advisories",
        packages.len()
    );
    let mut outcome = Outcome::Passed;
    for package in &packages {
        if let Err(why) = policy.check(package.licence.as_deref()) {
            println!("{} {}: {why}", package.name, package.version);
            outcome = Outcome::Failed;
        }
    }
    Ok(outcome)
}
