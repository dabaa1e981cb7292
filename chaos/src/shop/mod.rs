//! A run in which the applications of a shop are killed and held up while customers shop, and its books are closed
//! afterwards.

pub(crate) mod node;

use crate::{
    Result,
    args::{Course, Shops},
    child::Child,
    nodes::Nodes,
    plan::blows,
    progress::Progress,
    record::Said,
};
use factum_core::App;
use factum_services::postgres::Cluster;
use factum_store_postgres::PgStore;
use indicatif::ProgressBar;
use shop::{
    audit::{Ledger, Report},
    simulate::settle,
    store::{Place, Service},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Instant,
};

const CONNECTIONS: u32 = 400;

struct Run {
    // Before the cluster, which they are on.
    nodes: Nodes,
    /// Which customers come.
    round: Arc<AtomicU32>,
    /// Of the log alone: what is to be done, the nodes do.
    log: App,
    ledger: Ledger,
    cluster: Cluster,
}

/// Whether the books are right.
pub(crate) async fn run(options: &Shops) -> Result<bool> {
    let Shops { course: Course { rounds, seed, seconds }, customers, nodes } = options;
    eprintln!("seed {seed}, {rounds} rounds of {seconds:?} with {customers} customers each, {nodes} nodes");
    let progress = Progress::new(*rounds);
    progress.doing("starting a server and the nodes");
    let mut run = Run::start(options).await?;
    for number in 1..=*rounds {
        progress.doing("disturbing");
        let begun = Instant::now();
        run.round(options, number).await?;
        progress.doing("coming to rest");
        let (disturbed, begun) = (begun.elapsed(), Instant::now());
        for node in run.nodes.running() {
            node.wait_until(|heard| heard.rests > 0).await?;
        }
        settle(&run.log, &mut run.ledger, &ProgressBar::hidden()).await?;
        let (settled, open) = (begun.elapsed(), run.ledger.open());
        let verdict = if open == 0 { "all have ended" } else { "SOME HAVE NOT ENDED" };
        progress.say(format!(
            "round {number}: {} orders, disturbed for {disturbed:.1?}, at rest after {settled:.1?}: {verdict}",
            run.ledger.ended()
        ));
        progress.round_is_over();
        if open > 0 {
            break;
        }
    }
    progress.doing("closing the books");
    let report = run.report().await?;
    drop(progress);
    print!("rounds {rounds}, {}\n\n{report}", run.nodes.harm);
    Ok(report.balances())
}

impl Run {
    async fn start(options: &Shops) -> Result<Self> {
        let cluster = Cluster::builder().set("max_connections", CONNECTIONS).start().await?;
        let url = cluster.url("postgres");
        let log = App::builder(PgStore::connect(&url).await?).build().await?;
        let round = Arc::new(AtomicU32::new(0));
        let (current, options) = (Arc::clone(&round), options.clone());
        let start = move |number| node(&options, &url, current.load(Relaxed), number);
        // None yet: they begin with the first round.
        let nodes = Nodes::start(0, start).await?;
        Ok(Self { nodes, round, log, ledger: Ledger::default(), cluster })
    }

    /// Has customers come, and does what is planned; in the end all nodes are there.
    async fn round(&mut self, options: &Shops, number: u32) -> Result<()> {
        self.round.store(number, Relaxed);
        self.nodes.start_again(options.nodes).await?;
        let blows = blows(options.course.seed, options.course.seconds, options.nodes, number);
        self.nodes.disturb(blows, options.course.seconds).await
    }

    /// By an application that has done nothing so far.
    async fn report(&mut self) -> Result<Report> {
        let place: Place = self.cluster.url("postgres").parse()?;
        let app = place.open(Service::SIMULATED).await?;
        settle(&app, &mut self.ledger, &ProgressBar::hidden()).await?;
        let report = Report::of(&app, &mut self.ledger).await?;
        app.shutdown().await;
        Ok(report)
    }
}

/// Starts a process, which serves its share of the customers of this round.
fn node(options: &Shops, url: &str, round: u32, number: usize) -> Result<Child> {
    let Shops { course: Course { rounds, seed, .. }, customers, nodes } = options;
    let (before, share) =
        (u64::from(round.saturating_sub(1)) * customers, customers.div_ceil(u64::from(*nodes)));
    let first = before + number as u64 * share + 1;
    let last = (first + share - 1).min(before + customers);
    let name = format!("shop {number}");
    let args = [
        "shop-node".to_owned(),
        format!("--url={url}?application_name=chaos-shop-{number}"),
        format!("--seed={seed}"),
        format!("--customers={}", u64::from(*rounds) * customers),
        format!("--first={first}"),
        format!("--last={last}"),
    ];
    Child::start(name, &args, Box::new(|_: Said| {}))
}
