use std::process::{Command, Stdio};

#[test]
fn a_short_run_over_brokers_finds_nothing_wrong() {
    let run = Command::new(env!("CARGO_BIN_EXE_factum-chaos"))
        .args(["messaging", "--rounds", "2", "--seconds", "3", "--seed", "1"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (lines, progress) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{progress}{lines}");
    assert!(lines.starts_with("rounds 2, brokers killed 6 times, nodes killed "), "{lines}");
    let right = "\nlost 0, effects doubled 0, streams out of order 0, left in quarantine 0\n";
    assert!(lines.ends_with(right), "{lines}");
    assert!(!lines.contains("events 0,"), "{lines}");
}
