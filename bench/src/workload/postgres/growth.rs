use super::Postgres;
use crate::{
    Failure,
    account::{Account, AccountId, Deposited},
    drive::{Job, each},
    figure::{Figure, percentile, rate},
    place::{WRITERS, postgres::Bed},
};
use factum::{
    Aggregate, App, Append, AppendCondition, EventAppender, EventReader, ExpectedVersion, NewEvent, Position,
    Query, QueryItem, Tag, limits, postgres::PgStore,
};
use std::{ops::Range, time::Instant};

/// Events are written in blocks of what one append may have: 100 streams of 100 events each, in turn.
const BLOCK: u64 = limits::EVENTS_PER_APPEND as u64;
const STREAMS: u64 = 100;

const TASKS: u64 = 32;
const APPENDS: u64 = 5_000;
const ALONE: u64 = 500;
const LOADS: u64 = 500;

/// Streams that are written to when it is measured; those of the blocks are numbered from 0.
const NEW: u64 = 1 << 40;

/// A log of some size, and what was measured of it.
struct Log {
    bed: Bed,
    size: u64,
    alone: Figure,
    alone_conditional: Figure,
    plain: Figure,
    tagged: Figure,
    conditional: Figure,
    recent: Figure,
    spread: Figure,
}

/// What was measured in one round, in the order of the figures that are compared between logs.
struct Round {
    alone: f64,
    plain: f64,
    recent: f64,
    spread: f64,
}

/// What appends and loads cost in logs of some sizes, each beside what they cost in the smallest. All logs are there from the start, and
/// measured in turn.
pub(super) async fn measure(postgres: &Postgres) -> Result<(), Failure> {
    let mut logs = Vec::new();
    for &size in &postgres.sizes {
        logs.push(Log::fill(postgres, size / BLOCK * BLOCK).await?);
    }
    if let Some(Log { bed, .. }) = logs.first()
        && let Err(error) = bed.schema.connect().await?.batch_execute("CHECKPOINT").await
    {
        eprintln!("what was filled in may still be on its way to the disk: {error}");
    }
    for round in 0..postgres.repeat {
        let mut least: Option<Round> = None;
        for log in &mut logs {
            let measured = log.measure(round, least.as_ref()).await?;
            least.get_or_insert(measured);
        }
    }
    let least =
        format!("the same with {} events in the log", postgres.sizes.first().copied().unwrap_or_default());
    logs.into_iter().try_for_each(|log| log.print(&least))
}

impl Log {
    async fn fill(postgres: &Postgres, size: u64) -> Result<Self, Failure> {
        let mut bed = Bed::make(&postgres.url, WRITERS).await?;
        fill(&bed.store, size).await?;
        bed.schema.analyze().await?;
        // One that has not just written all of that, and remembers none of it.
        bed.store = bed.schema.config()?.open().await?;
        let figure = |what: &str, unit| postgres.figure(format!("growth, {size} events: {what}"), unit);
        let alone = figure("append, 1 client, p50", "ms");
        let plain = figure("appends, 32 tasks", "appends/s");
        let tagged = figure("appends with a tag, 32 tasks", "appends/s");
        let conditional = figure("appends with a tag and a condition on it, 32 tasks", "appends/s");
        let alone_conditional = figure("append with a tag and a condition on it, 1 client, p50", "ms");
        let recent = figure("loads of 100 events, streams in use", "loads/s");
        let spread = figure("loads of 100 events, spread over all of the log", "loads/s");
        Ok(Self { bed, size, alone, alone_conditional, plain, tagged, conditional, recent, spread })
    }

    async fn measure(&mut self, round: usize, least: Option<&Round>) -> Result<Round, Failure> {
        let store = &self.bed.store;
        let first = NEW + round as u64 * (2 * ALONE + 3 * APPENDS);
        let tags = self.size / BLOCK * STREAMS;
        let job = |first, kind| Appends { store: store.clone(), first, kind };
        let alone = latency(&job(first, Kind::Plain)).await?;
        let conditional = Kind::Conditional { tags, after: store.head().await? };
        let alone_conditional = latency(&job(first + ALONE, conditional)).await?;
        let mut rates = [0.0; 3];
        for turn in 0..3 {
            let which = (turn + round) % 3;
            let first = first + 2 * ALONE + which as u64 * APPENDS;
            let kind = match which {
                0 => Kind::Plain,
                1 => Kind::Tagged { tags },
                _ => Kind::Conditional { tags, after: store.head().await? },
            };
            rates[which] = each(TASKS, 0..APPENDS, job(first, kind)).await?;
        }
        let [plain, tagged, conditional] = rates;
        let recent = loads(store, tags - STREAMS..tags, round).await?;
        let spread = loads(store, 0..tags, round).await?;
        self.alone.add(alone, least.map(|least| least.alone));
        self.alone_conditional.add(alone_conditional, Some(alone));
        self.plain.add(plain, least.map(|least| least.plain));
        self.tagged.add(tagged, Some(plain));
        self.conditional.add(conditional, Some(tagged));
        self.recent.add(recent, least.map(|least| least.recent));
        self.spread.add(spread, least.map(|least| least.spread));
        Ok(Round { alone, plain, recent, spread })
    }

    fn print(mut self, least: &str) -> Result<(), Failure> {
        self.alone_conditional.note_floor("an append without tag and condition");
        self.tagged.note_floor("appends without a tag, in the same log");
        self.conditional.note_floor("the same appends without the condition");
        self.recent.note("the streams of the last 10,000 events, whose events lie together");
        self.spread.note("each event on a page of its own, from memory or not");
        for figure in [&mut self.alone, &mut self.plain, &mut self.recent, &mut self.spread] {
            figure.note_floor(least);
        }
        let appends = [self.alone, self.alone_conditional, self.plain, self.tagged, self.conditional];
        appends.iter().chain(&[self.recent, self.spread]).try_for_each(Figure::print)
    }
}

/// Fills the log up to `size` events, each with the tag of its stream.
async fn fill(store: &PgStore, size: u64) -> Result<(), Failure> {
    let from = Instant::now();
    for block in 0..size / BLOCK {
        let event = |n| {
            let number = block * STREAMS + n % STREAMS;
            let stream = Account::stream(&AccountId::nth(number))?;
            Ok(NewEvent::of(stream, &Deposited::new(n / STREAMS))?.with_tags([tag(number)?]))
        };
        let events = (0..BLOCK).map(event).collect::<Result<Vec<_>, Failure>>()?;
        store.append_one(Append::new(events)).await?;
        let written = (block + 1) * BLOCK;
        if written.is_multiple_of(100 * BLOCK) || written == size {
            let rate = rate(written, from);
            eprintln!("{written} of {size} events in the log, {rate:.0} events/s");
        }
    }
    Ok(())
}

fn tag(number: u64) -> Result<Tag, Failure> {
    Ok(Tag::of("account", number)?)
}

struct Appends {
    store: PgStore,
    /// The number of the first stream.
    first: u64,
    kind: Kind,
}

/// One event for a new stream.
#[derive(Clone, Copy)]
enum Kind {
    Plain,
    /// With one of these tags, spread over the log; new ones too where the log has fewer than there are appends.
    Tagged {
        tags: u64,
    },
    /// And nobody may have used the tag after this position. Each has its own, so that none is in the way of another.
    Conditional {
        tags: u64,
        after: Position,
    },
}

impl Job for Appends {
    async fn run(&self, n: u64) -> Result<(), Failure> {
        let stream = Account::stream(&AccountId::nth(self.first + n))?;
        let event = NewEvent::of(stream.clone(), &Deposited::new(n))?;
        let nth = |tags: u64| tag((n * 7_919) % tags.max(APPENDS));
        let append = match self.kind {
            Kind::Plain => Append::new([event]),
            Kind::Tagged { tags } => Append::new([event.with_tags([nth(tags)?])]),
            Kind::Conditional { tags, after } => {
                let seen = Query::from(QueryItem::tags([nth(tags)?]));
                let append = Append::new([event.with_tags([nth(tags)?])]);
                append.fail_if(AppendCondition::new(seen, after))
            }
        };
        self.store.append_one(append.expect(stream, ExpectedVersion::NoStream)).await?;
        Ok(())
    }
}

/// The median of appends one after the other, in milliseconds.
async fn latency(appends: &Appends) -> Result<f64, Failure> {
    let mut spent = Vec::new();
    for n in 0..ALONE {
        let from = Instant::now();
        appends.run(n).await?;
        spent.push(from.elapsed().as_secs_f64() * 1e3);
    }
    Ok(percentile(&mut spent, 0.5))
}

/// Loads accounts of 100 events each, by one client; loads per second.
async fn loads(store: &PgStore, streams: Range<u64>, round: usize) -> Result<f64, Failure> {
    let app = App::builder(store.clone()).keep(0).build().await?;
    let from = Instant::now();
    for n in 0..LOADS {
        let nth = ((round as u64 * LOADS + n) * 7_919) % (streams.end - streams.start);
        let account = AccountId::nth(streams.start + nth);
        assert_eq!(app.load::<Account>(&account).await?.state.events, BLOCK / STREAMS);
    }
    Ok(rate(LOADS, from))
}
