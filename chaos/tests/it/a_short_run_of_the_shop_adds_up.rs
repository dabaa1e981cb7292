use std::process::{Command, Stdio};

#[test]
fn a_short_run_of_the_shop_adds_up() {
    let run = Command::new(env!("CARGO_BIN_EXE_factum-chaos"))
        .args(["shop", "--rounds", "2", "--seconds", "3", "--customers", "40", "--seed", "1"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (lines, progress) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{progress}{lines}");
    assert!(lines.starts_with("rounds 2, nodes killed "), "{lines}");
    assert!(lines.ends_with("Everything adds up, to the cent and to the piece.\n"), "{lines}");
    assert!(!lines.contains("nodes killed 0 times"), "{lines}");
}
