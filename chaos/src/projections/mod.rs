//! A run in which nodes share projections, while they are killed and held up, and events are appended all the time.

mod check;
mod model;
pub(crate) mod node;
mod writing;

use crate::{
    Result,
    args::Nodes,
    child::{Child, Signal},
    plan::{Blow, blows},
    progress::Progress,
    record::Said,
};
use check::Found;
use factum_core::EventReader as _;
use factum_services::postgres::Cluster;
use factum_store_postgres::{PgStore, sqlx};
use std::{fmt, time::Instant};
use tokio::time::{Duration, sleep, sleep_until};
use writing::Writing;

const CONNECTIONS: u32 = 400;

struct Run {
    cluster: Cluster,
    store: PgStore,
    nodes: Vec<Option<Child>>,
    /// When those that are down or held up go on.
    later: Vec<(Instant, usize)>,
    tally: Tally,
}

/// What is counted over a run.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    rounds: u32,
    killed: u32,
    paused: u32,
    found: Found,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, killed, paused, found } = self;
        write!(f, "rounds {rounds}, nodes killed {killed} times, held up {paused} times,\n{found}")
    }
}

/// Whether nothing was wrong.
pub(crate) async fn run(options: &Nodes) -> Result<bool> {
    let Nodes { rounds, seed, seconds, nodes } = options;
    eprintln!("seed {seed}, {rounds} rounds of {seconds:?}, {nodes} nodes");
    let progress = Progress::new(*rounds);
    progress.doing("starting a server and the nodes");
    let mut run = Run::start(options).await?;
    for number in 1..=*rounds {
        progress.doing("disturbing");
        let begun = Instant::now();
        run.round(options, number).await?;
        progress.doing("coming to rest");
        let (disturbed, begun) = (begun.elapsed(), Instant::now());
        run.catch_up().await?;
        let caught_up = begun.elapsed();
        run.tally.rounds += 1;
        run.tally.found = check::check(&run.store).await?;
        let found = run.tally.found;
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
    println!("{}", run.tally);
    Ok(run.tally.found.is_right())
}

impl Run {
    async fn start(options: &Nodes) -> Result<Self> {
        let cluster = Cluster::builder().set("max_connections", CONNECTIONS).start().await?;
        let store = PgStore::connect(&cluster.url("postgres")).await?;
        sqlx::raw_sql(model::TABLES).execute(store.pool()).await?;
        let (nodes, later, tally) = (Vec::new(), Vec::new(), Tally::default());
        let mut run = Self { cluster, store, nodes, later, tally };
        for number in 0..usize::from(options.nodes) {
            let node = run.node(number)?;
            run.nodes.push(Some(node));
        }
        for node in run.nodes.iter_mut().flatten() {
            node.wait_until(|heard| heard.is_ready).await?;
        }
        Ok(run)
    }

    fn node(&self, number: usize) -> Result<Child> {
        let url = format!("{}?application_name=chaos-node-{number}", self.cluster.url("postgres"));
        let args = ["node".to_owned(), "--url".to_owned(), url];
        Child::start(format!("node {number}"), &args, Box::new(|_: Said| {}))
    }

    /// Appends, and does what is planned; in the end all nodes are there.
    async fn round(&mut self, options: &Nodes, number: u32) -> Result<()> {
        let writing = Writing::start(&self.store, options.seed, number);
        let begun = Instant::now();
        for (at, blow) in blows(options, number) {
            self.wait(begun + at).await?;
            match blow {
                Blow::Kill { node, down } => {
                    if let Some(child) = self.nodes[node].take() {
                        child.kill().await?;
                        self.tally.killed += 1;
                        self.goes_on(node, down);
                    }
                }
                Blow::Pause { node, time } => {
                    let is_busy = self.later.iter().any(|(_, later)| *later == node);
                    if let Some(child) = self.nodes[node].as_ref().filter(|_| !is_busy) {
                        child.signal(Signal::Stop).await?;
                        self.tally.paused += 1;
                        self.goes_on(node, time);
                    }
                }
            }
        }
        self.wait(begun + options.seconds).await?;
        while let Some((last, _)) = self.later.iter().max().copied() {
            self.wait(last).await?;
        }
        writing.stop().await
    }

    fn goes_on(&mut self, node: usize, after: Duration) {
        self.later.retain(|(_, later)| *later != node);
        self.later.push((Instant::now() + after, node));
    }

    /// Until then, and has those go on whose time has come.
    async fn wait(&mut self, until: Instant) -> Result<()> {
        loop {
            self.later.sort_unstable();
            match self.later.first().copied() {
                Some((at, node)) if at <= until => {
                    sleep_until(at.into()).await;
                    self.later.remove(0);
                    match &self.nodes[node] {
                        Some(child) => child.signal(Signal::Continue).await?,
                        None => self.nodes[node] = Some(self.node(node)?),
                    }
                }
                _ => {
                    sleep_until(until.into()).await;
                    return Ok(());
                }
            }
        }
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
