use factum::{EventReader as _, prelude::*};
use std::{
    io::Read as _,
    path::Path,
    process::{Child, Command, Stdio},
};

fn simulation(folder: &Path) -> Child {
    let mut shop = Command::new(env!("CARGO_BIN_EXE_shop"));
    shop.current_dir(folder).args(["--simulate", "120", "--seed", "5", "--store", "sqlite:shop.db"]);
    shop.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// It is killed when there are so many events, of about a thousand, wherever it is then.
#[tokio::test]
async fn a_simulation_that_is_killed_again_and_again_adds_up_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let log = SqliteStore::open(folder.path().join("shop.db")).await.unwrap();
    for events in [10, 150, 400, 700] {
        let mut shop = simulation(folder.path());
        let mut more = log.watch();
        while log.head().await.unwrap().get() < events {
            assert!(shop.try_wait().unwrap().is_none(), "it has ended before it had so many");
            more.changed().await;
        }
        shop.kill().unwrap();
        shop.wait().unwrap();
    }
    let mut shop = simulation(folder.path());
    let mut report = String::new();
    shop.stdout.take().unwrap().read_to_string(&mut report).unwrap();
    assert!(shop.wait().unwrap().success(), "{report}");
    assert!(report.ends_with("Everything adds up, to the cent and to the piece.\n"), "{report}");
}
