use super::Postgres;
use crate::{
    Failure,
    account::{Account, AccountId, Deposited},
    figure::percentile,
    place::{WRITERS, postgres::Bed},
};
use factum::{
    Aggregate, Append, EventAppender, EventReader, NewEvent, Position, Query,
    postgres::{PgConfig, PgStore},
    projections::{Start, Subscription},
};
use std::{
    io::{Read, Write},
    process::Stdio,
    time::{Duration, Instant, SystemTime},
};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    sync::mpsc,
    time::sleep,
};

const SAMPLES: u64 = 500;
/// Between an event and the next nothing happens, so that each finds everybody waiting.
const IDLE: Duration = Duration::from_millis(20);

/// From the return of an append to a subscriber having the event, in this process and in another one.
pub(super) async fn measure(postgres: &Postgres) -> Result<(), Failure> {
    let names = ["W6 live latency p50", "W6 live latency p99"];
    let mut here = names.map(|name| postgres.figure(name.to_owned(), "ms"));
    let names = ["W6 latency, other process, p50", "W6 latency, other process, p99"];
    let mut elsewhere = names.map(|name| postgres.figure(name.to_owned(), "ms"));
    let mut told = Vec::new();
    for _ in 0..postgres.repeat {
        let bed = Bed::make(&postgres.url, WRITERS).await?;
        let mut ms = in_process(&bed.store).await?;
        here[0].add(percentile(&mut ms, 0.5), None);
        here[1].add(percentile(&mut ms, 0.99), None);
        let (mut ms, mut replies) = in_another(&bed).await?;
        elsewhere[0].add(percentile(&mut ms, 0.5), None);
        elsewhere[1].add(percentile(&mut ms, 0.99), None);
        told.append(&mut replies);
    }
    let p50 = percentile(&mut told, 0.5);
    elsewhere[0].note(format!("by the system's clock; {p50:.2} ms until this process has a reply"));
    for figure in here.iter_mut().chain(&mut elsewhere) {
        figure.note(format!("{SAMPLES} events, one after the other, {} ms apart", IDLE.as_millis()));
        figure.print()?;
    }
    Ok(())
}

async fn append(store: &PgStore, n: u64) -> Result<Position, Failure> {
    let stream = Account::stream(&AccountId::nth(n % 10))?;
    let event = NewEvent::of(stream, &Deposited::new(n))?;
    Ok(store.append_one(Append::new([event])).await?.position())
}

async fn in_process(store: &PgStore) -> Result<Vec<f64>, Failure> {
    let mut feed = Subscription::open(store.clone(), Query::all(), Start::Now).await?;
    let (handled, mut handling) = mpsc::unbounded_channel();
    let follower = tokio::spawn(async move {
        loop {
            let batch = feed.next().await?;
            let now = Instant::now();
            if handled.send((batch.through, now)).is_err() {
                return Ok::<(), Failure>(());
            }
        }
    });
    let mut spent = Vec::new();
    for n in 0..SAMPLES {
        let position = append(store, n).await?;
        let returned = Instant::now();
        let at = loop {
            let (through, at) = handling.recv().await.ok_or("the subscriber has ended")?;
            if through >= position {
                break at;
            }
        };
        // It may have been there first.
        spent.push(at.saturating_duration_since(returned).as_secs_f64() * 1e3);
        sleep(IDLE).await;
    }
    follower.abort();
    Ok(spent)
}

/// By the clock that both processes have, and until the reply is here.
async fn in_another(bed: &Bed) -> Result<(Vec<f64>, Vec<f64>), Failure> {
    let mut other = Other::start(bed).await?;
    let (mut spent, mut replied) = (Vec::new(), Vec::new());
    for n in 0..SAMPLES {
        let position = append(&bed.store, n).await?;
        let (returned, from) = (now()?, Instant::now());
        let at = loop {
            let line = other.line().await?;
            let (through, at) = line.split_once(' ').ok_or("the other process said something else")?;
            if through.parse::<u64>()? >= position.get() {
                break at.parse::<f64>()?;
            }
        };
        replied.push(from.elapsed().as_secs_f64() * 1e3);
        spent.push((at - returned).max(0.0) * 1e3);
        sleep(IDLE).await;
    }
    Ok((spent, replied))
}

/// Seconds by the clock of the system, which all its processes share.
fn now() -> Result<f64, Failure> {
    Ok(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs_f64())
}

/// This program once more, which [follows](follow) the log. Killed when it is dropped.
struct Other {
    lines: Lines<BufReader<ChildStdout>>,
    _process: Child,
}

impl Other {
    async fn start(bed: &Bed) -> Result<Self, Failure> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["--store", bed.schema.url(), "--follow", bed.schema.name()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let lines = process.stdout.take().ok_or("a process without output")?;
        let mut other = Self { lines: BufReader::new(lines).lines(), _process: process };
        other.line().await?;
        Ok(other)
    }

    async fn line(&mut self) -> Result<String, Failure> {
        Ok(self.lines.next_line().await?.ok_or("the other process has ended")?)
    }
}

/// Follows the log in a schema, and says how far it has come and when it did; until its input ends.
pub(crate) async fn follow(url: &str, schema: &str) -> Result<(), Failure> {
    let store = PgConfig::new(url)?.schema(schema)?.migrate(false).open().await?;
    let mut feed = Subscription::open(store.clone(), Query::all(), Start::Now).await?;
    // Notifications come from when the connection that listens is there.
    while !store.health().is_listening {
        sleep(Duration::from_millis(1)).await;
    }
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let mut out = std::io::stdout();
    writeln!(out, "following {}", store.log_id())?;
    loop {
        let batch = feed.next().await?;
        writeln!(out, "{} {}", batch.through, now()?)?;
        out.flush()?;
    }
}
