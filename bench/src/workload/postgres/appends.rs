use super::Postgres;
use crate::{
    Failure,
    account::{Account, AccountId, Deposited},
    drive::{Job, each_of},
    figure::{PARTS, part, percentile},
    floor::bare::Bare,
    place::postgres::{Schema, written},
};
use factum::{
    Aggregate, Append, AppendError, EventAppender, ExpectedVersion, NewEvent, StreamVersion,
    postgres::{PgConfig, PgStore},
};
use std::{
    num::NonZeroUsize,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

const APPENDS: u64 = 50_000;
const STREAMS: u64 = 5_000;

/// Appends of one event with an exact version, beside a bare group commit and beside the store without its order.
pub(super) async fn measure(postgres: &Postgres, writers: NonZeroUsize) -> Result<(), Failure> {
    let schema = Schema::make(&postgres.url).await?;
    let server = schema.connect().await?;
    let store = schema.config()?.writers(writers).open().await?;
    let without = PgConfig::new(schema.url())?.schema(&format!("{}_without", schema.name()))?;
    let without = without.writers(writers).without_watermark().open().await?;
    let bare = Arc::new(Bare::new(schema.url(), &schema.floor(), writers.get()).await?);

    for tasks in [32, 256, 1_024] {
        let name = format!("appends of 1, {tasks:>4} tasks");
        let mut ours = postgres.figure(postgres.metric(&name, writers), "appends/s");
        let alone = postgres.metric(&format!("{name}, beside the store without watermark"), writers);
        let mut order = postgres.figure(alone, "appends/s");
        let mut spent: [Vec<f64>; 2] = Default::default();
        let mut wal = [0.0; 2];
        for round in 0..postgres.repeat {
            let first = (round as u64 * 10 + tasks) * 1_000_000;
            let mut rates: [Vec<f64>; 3] = Default::default();
            for turn in 0..3 * PARTS {
                let before = written(&server).await?;
                // Each of the three begins a part in turn.
                let (nth, turn) = (turn / 3, turn % 3);
                let which = (turn as usize + nth as usize + round) % 3;
                let (pieces, first) = (part(nth, APPENDS), first);
                let (rate, mut ms) = match which {
                    0 => run(tasks, pieces, first, Arc::clone(&bare)).await?,
                    1 => run(tasks, pieces, first, Arc::new(store.clone())).await?,
                    _ => run(tasks, pieces, first, Arc::new(without.clone())).await?,
                };
                rates[which].push(rate);
                if which < 2 {
                    wal[which] += (written(&server).await? - before) as f64;
                    spent[which].append(&mut ms);
                }
            }
            let [bare, with, without] = &rates;
            ours.add_parts(with, bare);
            order.add_parts(with, without);
        }
        let events = (APPENDS * postgres.repeat as u64) as f64;
        for ((who, ms), wal) in ["floor", "ours"].iter().zip(&mut spent).zip(wal) {
            let (p50, p99, wal) = (percentile(ms, 0.5), percentile(ms, 0.99), wal / events);
            ours.note(format!("{who}: p50 {p50:.2} ms, p99 {p99:.2} ms, WAL {wal:.0} B/event"));
        }
        ours.note_floor(&format!("a bare group commit, writers: {writers}"));
        order.note_floor("the same store, which does not look for the end of the log");
        ours.print()?;
        order.print()?;
    }
    Ok(())
}

trait Appender: Send + Sync + 'static {
    /// False if the stream does not have this version.
    fn append(&self, stream: u64, version: u64) -> impl Future<Output = Result<bool, Failure>> + Send;
}

impl Appender for Bare {
    async fn append(&self, stream: u64, version: u64) -> Result<bool, Failure> {
        self.append(stream, version).await
    }
}

impl Appender for PgStore {
    async fn append(&self, stream: u64, version: u64) -> Result<bool, Failure> {
        let stream = Account::stream(&AccountId::nth(stream))?;
        let event = NewEvent::of(stream.clone(), &Deposited::new(version))?;
        let append = Append::new([event]).expect(stream, ExpectedVersion::Exact(StreamVersion::new(version)));
        match self.append_one(append).await {
            Ok(_) => Ok(true),
            Err(AppendError::Conflict(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

struct Appends<A> {
    appender: Arc<A>,
    first: u64,
    /// How long each took, in milliseconds.
    spent: Mutex<Vec<f64>>,
}

impl<A: Appender> Job for Appends<A> {
    async fn run(&self, n: u64) -> Result<(), Failure> {
        let from = Instant::now();
        // One that comes before its predecessor is done has to come again.
        while !self.appender.append(self.first + n % STREAMS, n / STREAMS).await? {
            tokio::task::yield_now().await;
        }
        let spent = from.elapsed().as_secs_f64() * 1e3;
        self.spent.lock().unwrap_or_else(PoisonError::into_inner).push(spent);
        Ok(())
    }
}

/// Appends per second, and how long each took.
async fn run<A: Appender>(
    tasks: u64,
    pieces: Range<u64>,
    first: u64,
    appender: Arc<A>,
) -> Result<(f64, Vec<f64>), Failure> {
    let spent = Mutex::new(Vec::with_capacity(APPENDS as usize));
    let job = Arc::new(Appends { appender, first, spent });
    let rate = each_of(tasks, pieces, &job).await?;
    let spent = std::mem::take(&mut *job.spent.lock().unwrap_or_else(PoisonError::into_inner));
    Ok((rate, spent))
}
