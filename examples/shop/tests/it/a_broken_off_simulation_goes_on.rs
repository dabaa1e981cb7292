use std::{
    io::Read as _,
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

fn simulation(folder: &Path) -> Child {
    let mut shop = Command::new(env!("CARGO_BIN_EXE_shop"));
    shop.current_dir(folder).args(["--simulate", "120", "--seed", "5", "--store", "sqlite:shop.db"]);
    shop.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// It is killed at moments that nobody has chosen, wherever it is then.
#[test]
fn a_simulation_that_is_killed_again_and_again_adds_up_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    for millis in [300, 700, 500, 900] {
        let mut shop = simulation(folder.path());
        // Not to wait for something: to be killed in the middle of it.
        sleep(Duration::from_millis(millis));
        shop.kill().unwrap();
        shop.wait().unwrap();
    }
    let mut shop = simulation(folder.path());
    let mut report = String::new();
    shop.stdout.take().unwrap().read_to_string(&mut report).unwrap();
    assert!(shop.wait().unwrap().success(), "{report}");
    assert!(report.ends_with("Everything adds up, to the cent and to the piece.\n"), "{report}");
}
