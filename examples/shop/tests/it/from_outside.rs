//! The API under programs that know nothing of this project, only its document. `cargo xtask test` leaves this module out, and
//! says so, where there is no Python.

use crate::server::Server;
use factum_services::python;
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

fn beside(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Runs a program of a Python package; what it said, if it succeeded.
fn python(program: &str, arguments: &[&str]) -> String {
    let programs = python::installed().unwrap().with_packages(&beside("tests/api/requirements.txt")).unwrap();
    let mut command = Command::new(programs.join(program));
    command.args(arguments).current_dir(env!("CARGO_TARGET_TMPDIR")).stdin(Stdio::null());
    let run = command.output().unwrap();
    let said = [run.stdout, run.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    assert!(run.status.success(), "{program}: {said}");
    said
}

#[test]
fn the_document_is_valid() {
    let document = beside("api/openapi.json");
    let said = python("openapi-spec-validator", &[document.to_str().unwrap()]);
    assert!(said.ends_with("OK\n"), "{said}");
}

#[test]
fn no_request_that_can_be_thought_of_is_answered_with_a_failure_of_the_server() {
    let mut server = Server::start(&["--brisk"]);
    let document = format!("{}/openapi.json", server.address);
    let seed = "1";
    let arguments = [
        "run",
        document.as_str(),
        "--seed",
        seed,
        // A feed that does not end cannot be tried in this way.
        "--exclude-path",
        "/api/live",
        "--checks",
        "all",
        // It takes every request that the document allows for one that succeeds; but a version may have changed, and a key may
        // have been used.
        "--exclude-checks",
        "positive_data_acceptance",
        "--max-examples",
        "40",
        "--generation-database",
        "none",
        "--no-color",
    ];
    let said = python("schemathesis", &arguments);
    assert!(server.is_running(), "{said}");
    println!("{said}");
}
