use crate::{
    cargo,
    outcome::{Outcome, Result},
};
use std::{env, fs, path::PathBuf, process::Stdio};

pub(super) fn is_installed() -> bool {
    let mut version = cargo::command("deny");
    version.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}

/// Never goes to the network, so that the same sources give the same result; the advisories are those of the last
/// `cargo deny fetch`.
pub(super) fn check() -> Result<Outcome> {
    let mut deny = cargo::command("deny");
    deny.args(["--offline", "--locked", "check", "bans", "licenses", "sources"]);
    if has_advisories() {
        println!("running cargo-deny, with the advisories on this machine");
        deny.arg("advisories");
    } else {
        println!("running cargo-deny, without advisories: `cargo deny fetch` gets them");
    }
    cargo::run(deny)
}

/// Whether there is something in the folder where cargo-deny keeps the advisories.
fn has_advisories() -> bool {
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let databases = home.and_then(|home| fs::read_dir(home.join("advisory-dbs")).ok());
    databases
        .is_some_and(|mut databases| databases.any(|entry| entry.is_ok_and(|entry| entry.path().is_dir())))
}
