//! The shop and its payment service as two programs, which are killed in the middle of their work.

use factum::{EventReader as _, prelude::*};
use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, ChildStderr, Command, Stdio},
};

/// A simulation, which starts its payment service itself.
struct Simulation {
    shop: Child,
    said: BufReader<ChildStderr>,
}

impl Simulation {
    fn start(folder: &Path, broker: &str) -> Self {
        let mut shop = Command::new(env!("CARGO_BIN_EXE_shop"));
        shop.current_dir(folder).args(["--simulate", "120", "--seed", "5", "--store", "sqlite:shop.db"]);
        shop.args(["--broker", broker]);
        let pipes = shop.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut shop = pipes.spawn().unwrap();
        let said = BufReader::new(shop.stderr.take().unwrap());
        Self { shop, said }
    }

    /// Waits until a payment service has been started; its number.
    fn payment_service(&mut self) -> String {
        let mut said = String::new();
        loop {
            let mut line = String::new();
            assert!(self.said.read_line(&mut line).unwrap() > 0, "it has ended: {said}");
            if let Some((_, number)) = line.trim_end().split_once("the payment service is process ") {
                return number.to_owned();
            }
            said += &line;
        }
    }

    /// Waits until its log has so many events.
    async fn has(&mut self, log: &SqliteStore, events: u64) {
        let mut more = log.watch();
        while log.head().await.unwrap().get() < events {
            assert!(self.shop.try_wait().unwrap().is_none(), "it has ended before it had so many");
            more.changed().await;
        }
    }

    fn report(mut self) -> String {
        let mut report = String::new();
        self.shop.stdout.take().unwrap().read_to_string(&mut report).unwrap();
        let mut said = String::new();
        self.said.read_to_string(&mut said).unwrap();
        assert!(self.shop.wait().unwrap().success(), "{report}{said}");
        report
    }
}

impl Drop for Simulation {
    fn drop(&mut self) {
        let _ = self.shop.kill();
        let _ = self.shop.wait();
    }
}

fn must_add_up(report: &str) {
    assert!(report.ends_with("Everything adds up, to the cent and to the piece.\n"), "{report}");
    let taken = report.lines().find_map(|line| line.strip_prefix("Between programs"));
    let taken: u64 = taken.and_then(|line| line.split_whitespace().next()).unwrap().parse().unwrap();
    assert!(taken > 80, "not that nothing was asked: {report}");
}

/// First the one is killed, twice, and then the other; each goes on where it was.
pub(crate) async fn add_up_whichever_is_killed(broker: &str) {
    let folder = tempfile::tempdir().unwrap();
    let log = async |name: &str| SqliteStore::open(folder.path().join(name)).await.unwrap();
    let (shop, payments) = (log("shop.db").await, log("shop-payments.db").await);

    let mut simulation = Simulation::start(folder.path(), broker);
    for events in [30, 100] {
        let number = simulation.payment_service();
        simulation.has(&payments, events).await;
        assert!(Command::new("kill").args(["-9", &number]).status().unwrap().success());
    }
    simulation.payment_service();
    simulation.has(&shop, 600).await;
    drop(simulation);

    let mut simulation = Simulation::start(folder.path(), broker);
    simulation.payment_service();
    must_add_up(&simulation.report());
}

/// Without a server both are in one process, and have two logs all the same.
#[test]
fn by_a_broker_of_their_own_they_add_up() {
    let folder = tempfile::tempdir().unwrap();
    must_add_up(&Simulation::start(folder.path(), "local:").report());
    assert!(folder.path().join("shop-payments.db").is_file());
}
