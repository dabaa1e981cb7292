use std::{
    path::Path,
    process::{Command, Output},
};

fn clerks(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_clerks")).current_dir(folder).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn with_nothing_at_all_it_makes_its_own_log_and_store() {
    let folder = tempfile::tempdir().unwrap();
    let first = clerks(folder.path(), &[]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    assert!(folder.path().join("target/clerks/generated-1.db").is_file());
    assert!(text(&first.stderr).starts_with("17,787 events added, 0 were there already"));

    let report = text(&first.stdout);
    assert_eq!(
        report,
        "\
8 clerks, 5,929 pieces of work
1 October 2025 to 25 November 2025
240 days of a clerk judged, 1 not normal for that clerk

clerk                    day   cases                normal        seen     score
────────────────────────────────────────────────────────────────────────────────
10600            20 Nov 2025      23          0:58 to 3:04        8:14     +20.8
"
    );

    let second = clerks(folder.path(), &[]);
    assert!(text(&second.stderr).starts_with("0 events added, 17,787 were there already"));
    assert_eq!(text(&second.stdout), report);
}

#[test]
fn the_table_is_as_long_as_it_may_be() {
    let folder = tempfile::tempdir().unwrap();
    let output = clerks(folder.path(), &["--store", "memory:", "--seed", "2", "--top", "0"]);
    assert_eq!(text(&output.stdout).lines().count(), 3);
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "a store in memory leaves nothing behind");
}

#[test]
fn it_helps() {
    let folder = tempfile::tempdir().unwrap();
    let output = clerks(folder.path(), &["--help"]);
    assert!(output.status.success());
    for option in ["--log <FILE>", "--seed <S>", "--store <URL>", "--top <N>"] {
        assert!(text(&output.stdout).contains(option), "{option}");
    }
}

#[test]
fn what_went_wrong_is_said_with_its_cause() {
    let folder = tempfile::tempdir().unwrap();
    let output = clerks(folder.path(), &["--store", "memory:", "--log", "nowhere.ndjson"]);
    assert!(!output.status.success());
    let said = text(&output.stderr);
    assert!(said.starts_with("error: reading nowhere.ndjson\n  because: "), "{said}");

    let output = clerks(folder.path(), &["--store", "papyrus:scroll"]);
    assert!(
        text(&output.stderr)
            .contains("a store is `sqlite:PATH`, `postgres://USER@HOST/DATABASE` or `memory:`")
    );
}
