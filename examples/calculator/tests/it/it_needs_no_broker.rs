use crate::program::{run, said};

#[test]
fn to_add() {
    assert_eq!(said(&run(None, &["add", "3", "4"])), "7\n");
}

#[test]
fn and_says_what_it_could_not_do_without_one() {
    let alone = run(None, &["serve"]);
    assert!(!alone.status.success());
    assert!(String::from_utf8(alone.stderr).unwrap().contains("say `--broker amqp://"));

    let unknown = run(Some("http://localhost"), &["add", "3", "4"]);
    assert!(!unknown.status.success());
    let said = String::from_utf8(unknown.stderr).unwrap();
    assert!(said.contains("no broker is reached by `http:`; there are: `local:`, `amqp:`"), "{said}");
}
