mod failures;
mod logs;
mod services;
mod summary;
mod tally;

use self::{failures::Failures, summary::Summary, tally::Tally};
use crate::{
    cargo,
    outcome::{Outcome, Result},
    workspace::Workspace,
};
use clap::Args;
use std::{
    io::{self, IsTerminal as _, Read, Write},
    process::Stdio,
};

/// Run all tests of the workspace
#[derive(Args, Default)]
pub(crate) struct Test {
    /// Pass although a service that tests need is missing and cannot be installed; the last lines name what is left out
    #[arg(long)]
    allow_missing: bool,
    /// Only tests whose name contains one of these; what else begins with a dash goes to the test programs too
    #[arg(last = true)]
    filter: Vec<String>,
}

impl Test {
    pub(crate) fn run(self) -> Result<Outcome> {
        let left_out = services::ensure();
        let mut cargo = cargo::command("test");
        cargo.args(["--workspace", "--locked", "--no-fail-fast"]);
        for excluded in left_out.crates() {
            cargo.args(["--exclude", excluded]);
        }
        cargo.arg("--");
        for test in left_out.tests() {
            cargo.args(["--skip", test]);
        }
        // The test programs write to a pipe, and would not use colours of their own accord.
        if io::stdout().is_terminal() && !self.filter.iter().any(|arg| arg.starts_with("--color")) {
            cargo.arg("--color=always");
        }
        let logs = logs::folder(&Workspace::load()?.root);
        cargo.env(logs::VARIABLE, &logs);
        cargo.args(&self.filter).stdin(Stdio::null()).stdout(Stdio::piped());

        let mut child = cargo.spawn().map_err(|e| format!("starting cargo test: {e}"))?;
        let results = child.stdout.take().expect("its output is piped");
        let (tally, summary, failures) = watch(results, &mut io::stdout().lock())?;
        let status = child.wait()?;

        if tally.unfinished > 0 {
            eprintln!(
                "test programs that ended before their tests did, each one failure: {}",
                tally.unfinished
            );
        } else if !status.success() && tally.failed() == 0 {
            eprintln!("no test failed, but cargo test ended with {status}");
        } else if tally.ran() == 0 {
            eprintln!("not a single test ran");
        }
        if let Some(missing) = logs::missing(&logs) {
            println!("\n{missing}");
        }
        if !left_out.is_empty() {
            println!("\n{left_out}");
        }
        let complete = !left_out.is_failure() || self.allow_missing;
        if !complete {
            println!("this is a failure, unless --allow-missing is given");
        }
        println!("\n{failures}{summary}{tally}");
        Ok(Outcome::passed_if(status.success() && tally.failed() == 0 && tally.ran() > 0 && complete))
    }
}

/// Passes everything on as it comes, and counts.
fn watch(mut from: impl Read, to: &mut impl Write) -> io::Result<(Tally, Summary, Failures)> {
    let mut counter = tally::Counter::default();
    let mut buffer = [0; 8 * 1024];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(counter.finish()),
            Ok(n) => {
                to.write_all(&buffer[..n])?;
                to.flush()?;
                counter.feed(&buffer[..n]);
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::watch;

    #[test]
    fn the_output_is_passed_on_unchanged() {
        let output = b"\nrunning 1 test\ntest a ... \xff ok\r\n\ntest result: ok. 1 passed; 0 failed; 0 ignored\nno line break";
        let mut passed_on = Vec::new();
        let (tally, ..) = watch(&output[..], &mut passed_on).expect("memory does not fail");
        assert_eq!(passed_on, output);
        assert_eq!(tally.ran(), 1);
    }
}
