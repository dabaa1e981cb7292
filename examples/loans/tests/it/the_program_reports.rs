use serde_json::Value;
use std::{
    path::Path,
    process::{Command, Output},
};

fn loans(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_loans")).current_dir(folder).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn with_nothing_but_a_size_it_makes_its_own_log_and_store() {
    let folder = tempfile::tempdir().unwrap();
    let first = loans(folder.path(), &["--applications", "120", "--seed", "8"]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    assert!(folder.path().join("target/loans/generated-120-8.db").is_file());
    assert!(text(&first.stderr).contains("events added"));

    let report = text(&first.stdout);
    assert!(report.starts_with("120 applications, "), "{report}");
    for line in report.lines() {
        assert!(line.chars().count() <= 80, "wider than 80 columns: {line}");
    }

    let second = loans(folder.path(), &["--applications", "120", "--seed", "8"]);
    assert!(text(&second.stderr).contains("nothing was added"), "{}", text(&second.stderr));
    assert_eq!(text(&second.stdout), report);
}

#[test]
fn the_numbers_can_be_had_as_json() {
    let folder = tempfile::tempdir().unwrap();
    let output = loans(folder.path(), &["--applications", "50", "--store", "memory:", "--json"]);
    let numbers: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(numbers["applications"], 50);
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "a store in memory leaves nothing behind");
}

#[test]
fn what_went_wrong_is_said_with_its_cause() {
    let folder = tempfile::tempdir().unwrap();
    let output = loans(folder.path(), &["--store", "memory:", "--log", "nowhere.ndjson"]);
    assert!(!output.status.success());
    assert!(
        text(&output.stderr).starts_with("error: reading nowhere.ndjson\n  because: "),
        "{}",
        text(&output.stderr)
    );

    let output = loans(folder.path(), &["--store", "papyrus:scroll"]);
    assert!(
        text(&output.stderr)
            .contains("a store is `sqlite:PATH`, `postgres://USER@HOST/DATABASE` or `memory:`")
    );
}
