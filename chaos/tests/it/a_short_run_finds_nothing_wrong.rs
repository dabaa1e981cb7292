use std::process::{Command, Stdio};

#[test]
fn a_short_run_finds_nothing_wrong() {
    let run = Command::new(env!("CARGO_BIN_EXE_factum-chaos"))
        .args(["postgres", "--rounds", "2", "--seconds", "3", "--seed", "1"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (lines, progress) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{progress}{lines}");
    assert!(lines.starts_with("rounds 2, server killed 2 times, backends terminated "), "{lines}");
    assert!(lines.ends_with("\nlost 0, doubled 0, out of order 0, otherwise wrong 0\n"), "{lines}");
    // Something was written, and all of it was seen by who reads everything.
    let events = lines.split("events in the log ").nth(1).unwrap().split(" + ").next().unwrap();
    let (events, seen) = events.split_once(", seen ").unwrap();
    assert!(events == seen && events.parse::<u64>().unwrap() > 0, "{lines}");
}
