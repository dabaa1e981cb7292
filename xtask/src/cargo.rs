use crate::outcome::{Outcome, Result};
use std::{
    env,
    ffi::OsString,
    process::{Command, Stdio},
};

/// `cargo <subcommand>`, with the cargo that runs this program.
pub(crate) fn command(subcommand: &str) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    cargo.arg(subcommand);
    cargo
}

/// Runs `command` on this terminal.
pub(crate) fn run(mut command: Command) -> Result<Outcome> {
    let status = command.status().map_err(|e| format!("starting {}: {e}", line(&command)))?;
    if !status.success() {
        eprintln!("{} ended with {status}", line(&command));
    }
    Ok(Outcome::passed_if(status.success()))
}

/// What `command` prints.
pub(crate) fn output(mut command: Command) -> Result<Vec<u8>> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("starting {}: {e}", line(&command)))?;
    if !output.status.success() {
        return Err(format!("{} ended with {}", line(&command), output.status).into());
    }
    Ok(output.stdout)
}

/// The command as it would be typed.
fn line(command: &Command) -> String {
    let mut line = String::from("cargo");
    for arg in command.get_args() {
        line.push(' ');
        line.push_str(&arg.to_string_lossy());
    }
    line
}
