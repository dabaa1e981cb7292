use super::Postgres;
use crate::{
    Failure,
    account::AccountEvent,
    figure::{PARTS, alternate, rate},
    place::{WRITERS, postgres::Bed},
    workload::replay::fill,
};
use factum::{
    CheckpointKey, CheckpointStore, ConsumerName, EventEnum, EventReader, Query, StreamId,
    checkpoint::Advance,
    limits,
    postgres::PgStore,
    projections::{Start, Subscription},
};
use std::{collections::HashMap, time::Instant};

const EVENTS: u64 = 100_000;
const ACCOUNTS: u64 = 2_000;

/// Balances folded in memory from the whole log, with a durable checkpoint for each page.
pub(super) async fn measure(postgres: &Postgres) -> Result<(), Failure> {
    let mut figure = postgres.figure("W5 catch-up projection".to_owned(), "events/s");
    let bed = Bed::make(&postgres.url, WRITERS).await?;
    bed.floor.fill(EVENTS, ACCOUNTS).await?;
    fill(&bed.store, EVENTS, ACCOUNTS).await?;
    bed.schema.analyze().await?;
    // Both read the log once as it was left by those who wrote it; the server notes then which rows are committed.
    let mut pages = fold(&bed.store, "warm-up").await?;
    bed.floor.read_log().await?;
    for round in 0..postgres.repeat {
        let mut rates: [Vec<f64>; 2] = Default::default();
        for nth in 0..PARTS as usize {
            let ours = async {
                let from = Instant::now();
                pages = fold(&bed.store, &format!("round-{round}-{nth}")).await?;
                Ok(rate(EVENTS, from))
            };
            let (ours, floor) = alternate(round + nth, ours, bed.floor.read_log()).await?;
            rates[0].push(ours);
            rates[1].push(floor);
        }
        figure.add_parts(&rates[0], &rates[1]);
    }
    figure.note(format!("{EVENTS} events stored, folded in memory, a checkpoint for each of {pages} pages"));
    figure.note_floor("SELECT, decoded from JSON");
    figure.print()
}

/// Follows the log to its end; how many pages there were.
async fn fold(store: &PgStore, consumer: &str) -> Result<usize, Failure> {
    let key = CheckpointKey::new(ConsumerName::new(consumer)?, store.log_id());
    let claimed = store.claim(&key).await?;
    let mut balances: HashMap<StreamId, u64> = HashMap::new();
    let (mut events, mut pages) = (0, 0);
    let from = Start::After(claimed.position);
    let mut feed = Subscription::open(store.clone(), Query::all(), from).await?.limit(limits::PAGE_EVENTS);
    while let Some(batch) = feed.more().await? {
        events += batch.events.len() as u64;
        for event in &batch.events {
            let amount = match AccountEvent::decode(event)? {
                AccountEvent::Opened(_) => 0,
                AccountEvent::Deposited(deposited) => deposited.amount(),
            };
            match balances.get_mut(&event.stream) {
                Some(balance) => *balance += amount,
                None => drop(balances.insert(event.stream.clone(), amount)),
            }
        }
        store.advance(Advance::new(key.clone(), claimed.epoch, batch.through)).await?;
        pages += 1;
        if batch.caught_up {
            break;
        }
    }
    assert_eq!((events, balances.len() as u64), (EVENTS, ACCOUNTS), "every event is folded");
    Ok(pages)
}
