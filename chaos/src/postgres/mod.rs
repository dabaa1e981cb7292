//! A run against the PostgreSQL store.

mod calm;
mod harm;
mod processes;

use crate::{
    Result,
    args::Options,
    plan::Round,
    progress::Progress,
    subscriber::SEEN,
    verifier::{Ledger, Verifier, lock},
    world::View,
};
use factum_services::postgres::Cluster;
use factum_store_postgres::{PgStore, sqlx};
use processes::Processes;
use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

/// Each process has some dozens of connections.
const CONNECTIONS: u32 = 400;
/// Those who wait for each other in a circle should not spend the round on it.
const DEADLOCK_TIMEOUT: &str = "200ms";

/// What a round works with.
struct Run {
    cluster: Cluster,
    /// Of this process, which only looks on.
    store: PgStore,
    processes: Processes,
    ledger: Arc<Mutex<Ledger>>,
    verifier: Verifier,
    progress: Progress,
}

/// Whether nothing was wrong.
pub(crate) async fn run(options: &Options) -> Result<bool> {
    eprintln!(
        "seed {}, {} rounds of {:?}, {} writers of {} tasks, {} subscribers",
        options.course.seed,
        options.course.rounds,
        options.course.seconds,
        options.writers,
        options.tasks,
        View::ALL.len()
    );
    let progress = Progress::new(options.course.rounds);
    let mut run = Run::start(options, progress).await?;
    for number in 1..=options.course.rounds {
        if let Err(error) = run.round(options, number).await {
            // What was found before may be the reason.
            run.progress.say(format!("round {number} cannot be completed: {error}"));
            report(&run.ledger);
            return Err(error);
        }
        if !lock(&run.ledger).violations.is_empty() {
            run.progress.say(format!("ending after round {number}: promises were broken"));
            break;
        }
    }
    drop(run.progress);
    Ok(report(&run.ledger))
}

/// The last lines; whether nothing was wrong.
fn report(ledger: &Mutex<Ledger>) -> bool {
    let ledger = lock(ledger);
    for violation in ledger.violations.first() {
        eprintln!("  {violation}");
    }
    println!("{},\n{}", ledger.tally, ledger.violations);
    ledger.violations.is_empty()
}

impl Run {
    async fn start(options: &Options, progress: Progress) -> Result<Self> {
        progress.doing("starting a server");
        let cluster = Cluster::builder()
            .set("max_connections", CONNECTIONS)
            .set("deadlock_timeout", DEADLOCK_TIMEOUT)
            .start()
            .await?;
        let store = PgStore::connect(&processes::url(&cluster, "chaos")).await?;
        sqlx::raw_sql(SEEN).execute(store.pool()).await?;
        progress.doing("starting writers and subscribers");
        let ledger = Arc::new(Mutex::new(Ledger::default()));
        let processes = Processes::start(&cluster, options, &ledger).await?;
        Ok(Self { cluster, store, processes, ledger, verifier: Verifier::default(), progress })
    }

    async fn round(&mut self, options: &Options, number: u32) -> Result<()> {
        let plan = Round::new(options, number, View::ALL.len());
        let before = lock(&self.ledger).tally;
        self.progress.doing("disturbing");
        self.processes.run().await?;
        let begun = Instant::now();
        self.disturb(&plan, begun).await?;
        let disturbed = begun.elapsed();

        self.progress.doing("coming to rest");
        let begun = Instant::now();
        let head = self.calm_down().await?;
        let calm = begun.elapsed();

        self.progress.doing("verifying");
        let begun = Instant::now();
        let verified = self.verifier.verify(self.store.pool(), head, &self.ledger).await?;
        let mut ledger = lock(&self.ledger);
        ledger.tally.rounds += 1;
        ledger.tally.events += verified.events;
        for (all, seen) in ledger.tally.seen.iter_mut().zip(verified.seen) {
            *all += seen;
        }
        let now = ledger.tally;
        self.progress.say(format!(
            "round {number}: {} appends acknowledged, {} conflicts, {} unknown, {} backends terminated, \
             {} events; disturbed for {disturbed:.1?}, at rest after {calm:.1?}, verified in {:.1?}: {}",
            now.acknowledged - before.acknowledged,
            now.conflicts - before.conflicts,
            now.unknown - before.unknown,
            now.backends - before.backends,
            verified.events,
            begun.elapsed(),
            if ledger.violations.is_empty() { "ok".to_owned() } else { ledger.violations.to_string() }
        ));
        self.progress.round_is_over();
        Ok(())
    }
}
