use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Output, Stdio},
};

fn calculator(broker: Option<&str>, args: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_calculator"));
    program.args(broker.map(|url| format!("--broker={url}"))).args(args).stdin(Stdio::null());
    program
}

/// Runs it to its end.
pub(crate) fn run(broker: Option<&str>, args: &[&str]) -> Output {
    calculator(broker, args).output().unwrap()
}

/// What it has printed, if all went well.
pub(crate) fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A process that serves, killed when it is dropped.
pub(crate) struct Service(Child);

impl Service {
    /// Starts one, and waits until it can be asked.
    pub(crate) fn start(broker: &str) -> Self {
        let mut child = calculator(Some(broker), &["serve"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let service = Self(child);
        assert_eq!(line, "serving\n");
        service
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whatever the broker.
pub(crate) fn check(broker: &str) {
    let add = |a, b| run(Some(broker), &["add", a, b]);
    let service = Service::start(broker);
    assert_eq!(said(&add("3", "4")), "7\n");
    assert_eq!(said(&add("-3", "-9223372036854775808")), "-9223372036854775811\n");

    let other = Service::start(broker);
    drop(service);
    assert_eq!(said(&add("30", "12")), "42\n", "the other one is there");

    drop(other);
    let nobody = add("3", "4");
    let error = String::from_utf8(nobody.stderr).unwrap();
    assert!(!nobody.status.success());
    assert!(error.contains("nobody serves query.calculator.add now"), "{error}");
}
