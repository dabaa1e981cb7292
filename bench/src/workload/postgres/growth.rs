use super::Postgres;
use crate::{
    Failure,
    account::{Account, AccountId, Deposited},
    drive::{Job, each},
    figure::{Figure, alternate, percentile, rate},
    place::{WRITERS, postgres::Bed},
};
use factum::{
    Aggregate, App, Append, AppendCondition, EventAppender, EventReader, ExpectedVersion, NewEvent, Position,
    Query, QueryItem, Tag, limits, postgres::PgStore,
};
use std::time::Instant;

/// Events are written in blocks of what one append may have: 100 streams of 100 events each, in turn.
const BLOCK: u64 = limits::EVENTS_PER_APPEND as u64;
const STREAMS: u64 = 100;

const TASKS: u64 = 32;
const APPENDS: u64 = 5_000;
const ALONE: u64 = 500;
const LOADS: u64 = 500;

/// Streams that are written to when it is measured; those of the blocks are numbered from 0.
const NEW: u64 = 1 << 40;

/// What appends and loads cost in a log of some size, beside what they cost in the smallest one.
pub(super) async fn measure(postgres: &Postgres) -> Result<(), Failure> {
    let mut bed = Bed::make(&postgres.url, WRITERS).await?;
    let (mut filled, mut smallest): (u64, Option<[Vec<f64>; 3]>) = (0, None);
    let mut used = 0;
    for &size in &postgres.sizes {
        fill(&bed.store, filled, size).await?;
        filled = size.max(filled);
        bed.schema.analyze().await?;
        // One that has not just written all of that, and remembers none of it.
        bed.store = bed.schema.config()?.open().await?;
        let figure = |what: &str, unit| postgres.figure(format!("growth, {size} events: {what}"), unit);
        let mut alone = figure("append, 1 client, p50", "ms");
        let mut plain = figure("appends, 32 tasks", "appends/s");
        let mut conditional = figure("conditional appends, 32 tasks", "appends/s");
        let mut load = figure("loads of 100 events, 1 client", "loads/s");
        let mut vals: [Vec<f64>; 3] = Default::default();
        for round in 0..postgres.repeat {
            let first = NEW + used;
            used += ALONE + 2 * APPENDS;
            let after = bed.store.head().await?;
            let job = |first, known| Appends { store: bed.store.clone(), first, known };
            let latency = latency(&job(first, None)).await?;
            let (with, without) = alternate(
                round,
                each(TASKS, APPENDS, job(first + ALONE, Some((after, filled / BLOCK * STREAMS)))),
                each(TASKS, APPENDS, job(first + ALONE + APPENDS, None)),
            )
            .await?;
            let loaded = loads(&bed.store, filled, round as u64).await?;
            conditional.add(with, Some(without));
            for (index, (figure, val)) in
                [(&mut alone, latency), (&mut plain, without), (&mut load, loaded)].into_iter().enumerate()
            {
                vals[index].push(val);
                figure.add(val, smallest.as_ref().map(|smallest| smallest[index][round]));
            }
        }
        let known = (filled / BLOCK * STREAMS).min(APPENDS);
        conditional.note(format!(
            "each on a tag that its event carries; {known} of them the log has 100 times or more"
        ));
        conditional.note_floor("appends to new streams without tag or condition, in the same log");
        let least = format!("the same with {} events in the log", postgres.sizes[0]);
        for figure in [&mut alone, &mut plain, &mut load] {
            figure.note_floor(&least);
        }
        [alone, plain, conditional, load].iter().try_for_each(Figure::print)?;
        smallest.get_or_insert(vals);
    }
    Ok(())
}

/// Fills the log up to `size` events, each with the tag of its stream.
async fn fill(store: &PgStore, filled: u64, size: u64) -> Result<(), Failure> {
    let from = Instant::now();
    for block in filled / BLOCK..size / BLOCK {
        let event = |n| {
            let number = block * STREAMS + n % STREAMS;
            let stream = Account::stream(&AccountId::nth(number))?;
            Ok(NewEvent::of(stream, &Deposited::new(n / STREAMS))?.with_tags([tag(number)?]))
        };
        let events = (0..BLOCK).map(event).collect::<Result<Vec<_>, Failure>>()?;
        store.append_one(Append::new(events)).await?;
        let written = (block + 1) * BLOCK;
        if written.is_multiple_of(100 * BLOCK) || written == size {
            let rate = rate(written - filled, from);
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
    first: u64,
    /// The end of the log that the writer knows, and how many tags there are; for appends with a condition.
    known: Option<(Position, u64)>,
}

impl Job for Appends {
    async fn run(&self, n: u64) -> Result<(), Failure> {
        let stream = Account::stream(&AccountId::nth(self.first + n))?;
        let event = NewEvent::of(stream.clone(), &Deposited::new(n))?;
        let append = match self.known {
            None => Append::new([event]).expect(stream, ExpectedVersion::NoStream),
            // Each on a tag of its own, so that none is in the way of another, and spread over the log; new ones too where
            // the log has fewer.
            Some((after, tags)) => {
                let tag = tag((n * 7_919) % tags.max(APPENDS))?;
                let seen = Query::from(QueryItem::tags([tag.clone()]));
                Append::new([event.with_tags([tag])]).fail_if(AppendCondition::new(seen, after))
            }
        };
        self.store.append_one(append).await?;
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

/// Loads accounts of 100 events each, spread over the log; loads per second.
async fn loads(store: &PgStore, filled: u64, round: u64) -> Result<f64, Failure> {
    let app = App::builder(store.clone()).keep(0).build().await?;
    let streams = filled / BLOCK * STREAMS;
    let from = Instant::now();
    for n in 0..LOADS {
        let account = AccountId::nth(((round * LOADS + n) * 7_919) % streams);
        assert_eq!(app.load::<Account>(&account).await?.state.events, BLOCK / STREAMS);
    }
    Ok(rate(LOADS, from))
}
