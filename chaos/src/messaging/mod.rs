//! A run in which events go from one store to another by three brokers, while the brokers are killed, and the nodes that relay and
//! consume are killed and held up.

mod brokers;
mod check;
mod model;
pub(crate) mod node;

use crate::{
    Result,
    args::{self, Course},
    child::Child,
    nodes::{Harm, Nodes},
    plan::{blows, falls},
    progress::Progress,
    projections::writing::Writing,
    record::Said,
};
use brokers::Brokers;
use check::{Accounts, Found};
use factum_services::postgres::Cluster;
use factum_store_postgres::{PgConfig, PgStore};
use std::{fmt, time::Instant};
use tokio::time::{Duration, sleep};

const CONNECTIONS: u32 = 400;
/// How long nothing may arrive while something is missing. A consumer that died holds on to its messages at some brokers until these
/// notice, and a busy machine is no loss.
const STILL: Duration = Duration::from_secs(180);

/// The schema in which those who consume keep what they know.
const CONSUMING: &str = "consuming";

struct Run {
    // After the nodes, which are on them.
    nodes: Nodes,
    brokers: Brokers,
    store: PgStore,
    consuming: PgStore,
    _cluster: Cluster,
}

/// What is counted over a run.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    rounds: u32,
    harm: Harm,
    brokers_killed: u32,
    found: Found,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, harm, brokers_killed, found } = self;
        write!(f, "rounds {rounds}, brokers killed {brokers_killed} times, {harm},\n{found}")
    }
}

/// Whether nothing was wrong.
pub(crate) async fn run(options: &args::Nodes) -> Result<bool> {
    let args::Nodes { course: Course { rounds, seed, seconds }, nodes } = options;
    eprintln!("seed {seed}, {rounds} rounds of {seconds:?}, {nodes} nodes");
    let progress = Progress::new(*rounds);
    progress.doing("starting a database, three brokers and the nodes");
    let mut run = Run::start(options).await?;
    let mut tally = Tally::default();
    for number in 1..=*rounds {
        progress.doing("disturbing");
        let begun = Instant::now();
        run.round(options, number).await?;
        progress.doing("coming to rest");
        let (disturbed, begun) = (begun.elapsed(), Instant::now());
        // Nothing is appended any more.
        let should = check::fold(&run.store).await?;
        run.catch_up(&should).await?;
        let caught_up = begun.elapsed();
        let found = check::check(&should, &run.store, &run.consuming).await?;
        tally = Tally { rounds: number, harm: run.nodes.harm, brokers_killed: run.brokers.killed(), found };
        let verdict = if found.is_right() { "ok" } else { "WRONG" };
        progress.say(format!(
            "round {number}: {} events, disturbed for {disturbed:.1?}, caught up after {caught_up:.1?}: {verdict}",
            found.events
        ));
        progress.round_is_over();
        if !found.is_right() {
            break;
        }
    }
    drop(progress);
    println!("{tally}");
    Ok(tally.found.is_right())
}

impl Run {
    async fn start(options: &args::Nodes) -> Result<Self> {
        let cluster = Cluster::builder().set("max_connections", CONNECTIONS).start().await?;
        let url = cluster.url("postgres");
        let store = PgStore::connect(&url).await?;
        let consuming = PgConfig::new(&url)?.schema(CONSUMING)?.open().await?;
        let brokers = Brokers::start().await?;
        let named = brokers.arguments();
        let nodes = Nodes::start(options.nodes, move |number| {
            let url = format!("{url}?application_name=chaos-messaging-{number}");
            let mut args = vec!["messaging-node".to_owned(), "--url".to_owned(), url];
            args.extend(named.iter().cloned());
            Child::start(format!("node {number}"), &args, Box::new(|_: Said| {}))
        });
        let nodes = nodes.await?;
        brokers.settled().await?;
        Ok(Self { nodes, brokers, store, consuming, _cluster: cluster })
    }

    /// Appends, and does what is planned; in the end all nodes and all brokers are there.
    async fn round(&mut self, options: &args::Nodes, number: u32) -> Result<()> {
        let Course { seed, seconds, .. } = options.course;
        let writing = Writing::start(&self.store, seed, number);
        let nodes = self.nodes.disturb(blows(seed, seconds, options.nodes, number), seconds);
        let brokers = self.brokers.disturb(falls(seed, seconds, number));
        let (nodes, brokers) = tokio::join!(nodes, brokers);
        nodes.and(brokers)?;
        writing.stop().await
    }

    /// Until everything has arrived, or nothing does any more.
    async fn catch_up(&self, should: &Accounts) -> Result<()> {
        let (mut least, mut arrived) = (u64::MAX, Instant::now());
        loop {
            let missing = check::missing(should, &self.consuming).await?;
            if missing.iter().all(|(_, missing)| *missing == 0) {
                return Ok(());
            }
            let sum = missing.iter().map(|(_, missing)| *missing).sum();
            if sum < least {
                (least, arrived) = (sum, Instant::now());
            }
            if arrived.elapsed() > STILL {
                // What is missing then is lost, and the check says so.
                eprintln!("nothing has arrived for {STILL:?}, and there are missing: {missing:?}");
                return Ok(());
            }
            sleep(Duration::from_millis(100)).await;
        }
    }
}
