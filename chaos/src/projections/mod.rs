//! A run in which nodes share projections, while they are killed and held up, and events are appended all the time.

mod check;
pub(crate) mod model;
pub(crate) mod node;
pub(crate) mod writing;

use crate::{
    Result,
    args::{self, Course},
    child::Child,
    nodes::{Harm, Nodes},
    plan::blows,
    progress::Progress,
    record::Said,
};
use check::Found;
use factum_core::EventReader as _;
use factum_services::postgres::Cluster;
use factum_store_postgres::{PgStore, sqlx};
use std::{fmt, time::Instant};
use tokio::time::{Duration, sleep};
use writing::Writing;

const CONNECTIONS: u32 = 400;

struct Run {
    // After the nodes, which are on it.
    nodes: Nodes,
    store: PgStore,
    _cluster: Cluster,
}

/// What is counted over a run.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    rounds: u32,
    harm: Harm,
    found: Found,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, harm, found } = self;
        write!(f, "rounds {rounds}, {harm},\n{found}")
    }
}

/// Whether nothing was wrong.
pub(crate) async fn run(options: &args::Nodes) -> Result<bool> {
    let args::Nodes { course: Course { rounds, seed, seconds }, nodes } = options;
    eprintln!("seed {seed}, {rounds} rounds of {seconds:?}, {nodes} nodes");
    let progress = Progress::new(*rounds);
    progress.doing("starting a server and the nodes");
    let mut run = Run::start(options).await?;
    let mut tally = Tally::default();
    for number in 1..=*rounds {
        progress.doing("disturbing");
        let begun = Instant::now();
        run.round(options, number).await?;
        progress.doing("coming to rest");
        let (disturbed, begun) = (begun.elapsed(), Instant::now());
        run.catch_up().await?;
        let caught_up = begun.elapsed();
        tally = Tally { rounds: number, harm: run.nodes.harm, found: check::check(&run.store).await? };
        let found = tally.found;
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
        let store = PgStore::connect(&cluster.url("postgres")).await?;
        sqlx::raw_sql(model::TABLES).execute(store.pool()).await?;
        let url = cluster.url("postgres");
        let nodes = Nodes::start(options.nodes, move |number| {
            let url = format!("{url}?application_name=chaos-node-{number}");
            let args = ["node".to_owned(), "--url".to_owned(), url];
            Child::start(format!("node {number}"), &args, Box::new(|_: Said| {}))
        });
        Ok(Self { nodes: nodes.await?, store, _cluster: cluster })
    }

    /// Appends, and does what is planned; in the end all nodes are there.
    async fn round(&mut self, options: &args::Nodes, number: u32) -> Result<()> {
        let writing = Writing::start(&self.store, options.course.seed, number);
        let blows = blows(options.course.seed, options.course.seconds, options.nodes, number);
        self.nodes.disturb(blows, options.course.seconds).await?;
        writing.stop().await
    }

    /// Until everything is applied.
    async fn catch_up(&self) -> Result<()> {
        let begun = Instant::now();
        let head = self.store.head().await?;
        while !check::is_applied(&self.store, head).await? {
            if begun.elapsed() > Duration::from_secs(60) {
                return Err(format!("the nodes do not come to position {head}").into());
            }
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}
