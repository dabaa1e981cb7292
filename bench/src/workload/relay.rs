//! What a relay does at a broker, and what a bare client of the broker does.

use super::replay::fill;
use crate::{
    Failure,
    account::{Account, AccountId, Deposited, DepositsOut},
    broker::{self, Broker},
    figure::{Figure, alternate, percentile, rate},
    place::{Made, Place},
};
use factum::{
    Aggregate, App, Append, EventId, NewEvent, Query, Topic,
    messaging::{
        CloudEvent,
        transport::{Feed, Outgoing},
    },
    projections::AppExt,
    store::{EventReaderExt as _, ReadLog},
};
use futures_util::TryStreamExt as _;
use std::{pin::pin, time::Instant};

const EVENTS: u64 = 100_000;
const ACCOUNTS: u64 = 2_000;
const PARTITIONS: [u16; 2] = [1, 4];
/// One after the other.
const WAITED_FOR: u64 = 1_000;

/// How fast events that are there are published and confirmed; beside a bare client that publishes the same.
pub(crate) async fn throughput(
    place: &Place,
    repeat: usize,
    broker: &Broker,
) -> Result<Vec<Figure>, Failure> {
    let mut figures = Vec::new();
    for partitions in PARTITIONS {
        let metric = format!("relay to {}, partitions: {partitions}", broker.name());
        let mut figure = Figure::new(place.who(), metric, "messages/s");
        for round in 0..repeat {
            let made = place.make().await?;
            let app = made.store.write_side().await?;
            fill(&**app.store(), EVENTS, ACCOUNTS).await?;
            made.analyze().await?;
            let messages = messages(&app).await?;
            let (ours, bare) =
                alternate(round, relayed(&made, broker, partitions), bare(broker, &messages)).await?;
            figure.add(ours, Some(bare));
        }
        figure.note(format!("{EVENTS} events stored, of {ACCOUNTS} accounts"));
        figure.note_floor("a bare client that publishes the same bytes, confirmed");
        figures.push(figure);
    }
    Ok(figures)
}

/// From the return of an append until a consumer has the message; beside how long it takes from when a bare client publishes it.
pub(crate) async fn latency(place: &Place, repeat: usize, broker: &Broker) -> Result<[Figure; 2], Failure> {
    let mut figures = ["p50", "p99"].map(|which| {
        Figure::new(place.who(), format!("append to consumer by {}, {which}", broker.name()), "ms")
    });
    for round in 0..repeat {
        let made = place.make().await?;
        let (ours, bare) = (after_appends(&made, broker), after_publishing(&made, broker));
        let (mut ours, mut bare) = alternate(round, ours, bare).await?;
        for (figure, share) in figures.iter_mut().zip([0.5, 0.99]) {
            figure.add(percentile(&mut ours, share), Some(percentile(&mut bare, share)));
        }
    }
    for figure in &mut figures {
        figure.note(format!("{WAITED_FOR} events, one after the other"));
        figure.note_floor("the same from when a bare client publishes it");
    }
    Ok(figures)
}

async fn relayed(made: &Made, broker: &Broker, partitions: u16) -> Result<f64, Failure> {
    let place = broker.place().await?;
    let from = Instant::now();
    let app = made.store.relay_side(place.transport(), partitions).await?;
    app.caught_up().await?;
    let rate = rate(EVENTS, from);
    app.shutdown().await;
    place.remove().await?;
    Ok(rate)
}

async fn bare(broker: &Broker, messages: &[Outgoing]) -> Result<f64, Failure> {
    let place = broker.place().await?;
    let rate = place.publish(messages).await?;
    place.remove().await?;
    Ok(rate)
}

/// Milliseconds.
async fn after_appends(made: &Made, broker: &Broker) -> Result<Vec<f64>, Failure> {
    let place = broker.place().await?;
    let mut feed = broker::listen(&*place).await?;
    let app = made.store.relay_side(place.transport(), 1).await?;
    let mut spent = Vec::new();
    for n in 0..WAITED_FOR {
        let id = append(&app, n).await?.to_string();
        let returned = Instant::now();
        let arrived = arrival(&mut *feed, &id).await?;
        spent.push(arrived.saturating_duration_since(returned).as_secs_f64() * 1e3);
    }
    app.shutdown().await;
    drop(feed);
    place.remove().await?;
    Ok(spent)
}

/// Milliseconds. On a store that has the events of [`after_appends`], or as many of its own.
async fn after_publishing(made: &Made, broker: &Broker) -> Result<Vec<f64>, Failure> {
    let app = made.store.write_side().await?;
    for n in 0..WAITED_FOR {
        append(&app, n).await?;
    }
    let messages = messages(&app).await?;
    let place = broker.place().await?;
    let mut feed = broker::listen(&*place).await?;
    let mut spent = Vec::new();
    for message in messages.chunks(1).take(WAITED_FOR as usize) {
        let from = Instant::now();
        let id = &message[0].event.id;
        let (published, arrived) = tokio::join!(place.publish(message), arrival(&mut *feed, id));
        spent.push(arrived?.duration_since(from).as_secs_f64() * 1e3);
        published?;
    }
    drop(feed);
    place.remove().await?;
    Ok(spent)
}

/// When the message with this id comes.
async fn arrival(feed: &mut dyn Feed, id: &str) -> Result<Instant, Failure> {
    loop {
        let message = feed.next().await.ok_or("the transport was closed")??;
        let arrived = Instant::now();
        let is_it = message.event.id == id;
        message.ack().await?;
        if is_it {
            return Ok(arrived);
        }
    }
}

async fn append(app: &App, n: u64) -> Result<EventId, Failure> {
    let stream = Account::stream(&AccountId::nth(n % ACCOUNTS))?;
    let event = NewEvent::of(stream, &Deposited::new(n))?;
    let id = event.id;
    app.store().append_one(Append::new([event])).await?;
    Ok(id)
}

/// What a relay publishes for the events of the log.
async fn messages(app: &App) -> Result<Vec<Outgoing>, Failure> {
    let mut messages = Vec::new();
    let mut events = pin!(app.store().log_events(ReadLog::new(Query::all()).limit(1_000)));
    while let Some(event) = events.try_next().await? {
        let message = CloudEvent::of(&event, DepositsOut::SOURCE)?;
        messages.push(Outgoing::new(Topic::of_event(&event), event.stream.to_string(), message));
    }
    Ok(messages)
}
