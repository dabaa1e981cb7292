use crate::{
    generated::line,
    place::{Place, Printed},
};
use std::{
    io::{Read, Write},
    process::{Command, Stdio},
};

#[cfg(unix)]
#[test]
fn by_ctrl_c_after_the_batch_in_flight() {
    let place = Place::new();
    let mut child = place.command("import --json --batch 2").stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let printed = Printed::by(&mut child);
    stdin.write_all([line("a-1", 1), line("a-1", 2), line("a-1", 3)].concat().as_bytes()).unwrap();
    // The batch is written, and the next one never fills.
    assert_eq!(printed.next().unwrap(), r#"{"progress":{"imported":2,"line":2,"skipped":0}}"#);

    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let summary: serde_json::Value = serde_json::from_str(&printed.next().unwrap()).unwrap();
    assert_eq!(
        (&summary["summary"]["interrupted"], &summary["summary"]["imported"]),
        (&true.into(), &2.into())
    );
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(place.objects("stats --json")[0]["events"], 2);
}

#[cfg(unix)]
#[test]
fn people_are_told_how_to_go_on() {
    let place = Place::new();
    let mut child = place.command("import --batch 1").stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(line("a-1", 1).as_bytes()).unwrap();
    // Once its event can be read, the command is past its start and listens.
    while place.run("show a-1").code != Some(0) {}
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(errors, "stopped after line 1; import it again to go on from there\n");
}
