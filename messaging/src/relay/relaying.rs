use super::{Publish, unsaved::Unsaved};
use crate::transport::{Outgoing, PublishError, Saving, Transport, TransportError};
use async_trait::async_trait;
use factum_core::{
    Position, Projection, Query, Recorded, StoreError, StreamId,
    projection::{Lanes, Partition, Pieces, Project, ProjectionError, Recent},
    sink::{Sink, WorkError},
};
use factum_projections::Runner;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

/// Publishes what `publish` says of the log by `transport`; to be run by an app:
/// `App::builder(store).run(relay(OrdersOut, rabbit).partitions(4))`. See the [module](super).
pub const fn relay<P: Publish, T: Transport>(publish: P, transport: T) -> Runner<Relay<P, T>> {
    Runner::new(Relay { publish, transport, unsaved: Unsaved::new() })
}

/// A relay; made by [`relay()`].
#[derive(Clone, Debug)]
pub struct Relay<P, T> {
    publish: P,
    transport: T,
    unsaved: Unsaved,
}

/// How often it is looked whether the broker has saved a message that was in quarantine, and how soon one is tried again.
const LOOK: Duration = Duration::from_millis(100);

/// Events in a batch, after each of which the checkpoint is kept: so many at most are published again after a crash.
const BATCH: usize = 1_000;

impl<P: Publish, T: Transport> Projection for Relay<P, T> {
    type Event = P::Event;
    const NAME: &'static str = P::NAME;

    fn query(&self) -> Query {
        self.publish.query()
    }
}

#[async_trait]
impl<K: Sink, P: Publish, T: Transport> Project<K> for Relay<P, T> {
    fn most(&self) -> Option<usize> {
        Some(BATCH)
    }

    fn begins(&self, partition: Partition) {
        self.unsaved.begin(partition.number());
    }

    fn lasts(&self, partition: Partition, passed: Position) -> Result<Position, ProjectionError> {
        let Some(saving) = self.transport.saving() else { return Ok(passed) };
        let saved = self.unsaved.saved(partition.number(), passed, saving);
        saved.map_err(|error| self.failed("learning what is saved", error))
    }

    async fn project(&self, _: &K, events: &[Recorded<P::Event>]) -> Result<K::Work, ProjectionError> {
        let mut batch = Batch::default();
        batch.take(&self.publish, events);
        match batch.publish(&self.transport, None).await {
            Some((_, error)) => Err(error),
            None => Ok(K::Work::default()),
        }
    }

    async fn project_next(
        &self,
        _: &K,
        events: &mut dyn Pieces<P::Event>,
        _: &mut Recent,
        lanes: &Lanes,
    ) -> Result<K::Work, ProjectionError> {
        let mut batch = Batch::default();
        loop {
            let piece = events.next().await;
            if piece.is_empty() {
                break;
            }
            batch.take(&self.publish, piece);
        }
        let number = lanes.partition().number();
        let saving = self.transport.saving().filter(|_| !batch.messages.is_empty());
        let over = saving.map(|saving| (saving, self.unsaved.open(number, saving)));
        match (batch.publish(&self.transport, over).await, over) {
            // What was published before it is published.
            (Some((position, error)), _) => lanes.end_before(position, error),
            (None, Some((saving, connection))) if lanes.is_only() => {
                // Once it is not in quarantine any more, nobody would publish it again.
                self.saved(saving, connection).await?;
            }
            (None, _) => {}
        }
        Ok(K::Work::default())
    }
}

impl<P, T: Transport> Relay<P, T> {
    /// Waits until what was published so far is saved.
    async fn saved(&self, saving: &dyn Saving, connection: u64) -> Result<(), ProjectionError> {
        let published = Instant::now();
        loop {
            match saving.saved(connection) {
                Ok(saved) if published <= saved => return Ok(()),
                Ok(_) => tokio::time::sleep(LOOK).await,
                Err(error) => return Err(self.failed("publishing", error)),
            }
        }
    }

    /// It may pass.
    fn failed(&self, doing: &str, error: TransportError) -> ProjectionError {
        StoreError::unavailable(format!("{doing} by {}", self.transport.name()), error).into()
    }
}

/// What is to be published at once.
#[derive(Default)]
struct Batch {
    messages: Vec<Outgoing>,
    /// Of which events they are.
    of: Vec<(Position, StreamId)>,
    /// The event with which it ends, because it could not be said what is to be published.
    end: Option<(Position, ProjectionError)>,
}

impl Batch {
    fn take<P: Publish>(&mut self, publish: &P, events: &[Recorded<P::Event>]) {
        for event in events {
            if self.end.is_some() {
                return;
            }
            match outgoing(publish, event) {
                Ok(Some(message)) => {
                    self.messages.push(message);
                    self.of.push((event.position(), event.stream().clone()));
                }
                Ok(None) => {}
                Err(error) => self.end = Some((event.position(), of_event(event, error))),
            }
        }
    }

    /// The first event that was not published, and why.
    async fn publish<T: Transport>(
        self,
        transport: &T,
        over: Option<(&dyn Saving, u64)>,
    ) -> Option<(Position, ProjectionError)> {
        if self.messages.is_empty() {
            return self.end;
        }
        let mut results = match over {
            Some((saving, connection)) => publish_over(saving, connection, &self.messages).await,
            None => transport.publish(self.messages).await,
        };
        let Some(first) = results.iter().position(Result::is_err) else { return self.end };
        let (position, stream) = self.of[first].clone();
        let error = match results.swap_remove(first) {
            Err(error @ PublishError::Refused(_)) => {
                ProjectionError::of_event(position, stream, ProjectionError::work(error))
            }
            Err(error) => {
                let why = |result| match result {
                    Err(error @ PublishError::Unavailable(_)) => Some(error),
                    _ => None,
                };
                let error = why(Err(error)).or_else(|| results.into_iter().find_map(why));
                let error = error.unwrap_or(PublishError::Behind);
                StoreError::unavailable(format!("publishing by {}", transport.name()), error).into()
            }
            Ok(()) => return self.end,
        };
        Some((position, error))
    }
}

/// A message that was not confirmed in time is tried so many times, as long as the connection lives.
const TRIES: usize = 8;

/// Publishes over this connection. As long as it lives, what was confirmed is not forgotten, and need not be published again because of
/// something that was not: to begin again at the checkpoint would do that, over and over while a broker is slow.
async fn publish_over(
    saving: &dyn Saving,
    connection: u64,
    messages: &[Outgoing],
) -> Vec<Result<(), PublishError>> {
    let mut results: Vec<_> = messages.iter().map(|_| Err(PublishError::Behind)).collect();
    let mut left: Vec<usize> = (0..messages.len()).collect();
    for tried in 1.. {
        let again = left.iter().map(|&index| messages[index].clone()).collect();
        for (&index, result) in left.iter().zip(saving.publish_over(connection, again).await) {
            results[index] = result;
        }
        left.retain(|&index| results[index].is_err());
        let is_away = left.iter().any(|&index| matches!(results[index], Err(PublishError::Unavailable(_))));
        if !is_away || tried == TRIES || saving.saved(connection).is_err() {
            break;
        }
        tokio::time::sleep(LOOK).await;
    }
    results
}

fn outgoing<P: Publish>(
    publish: &P,
    event: &Recorded<P::Event>,
) -> Result<Option<Outgoing>, ProjectionError> {
    // It is the application's code, and one event that it fails at must not end all others.
    match catch_unwind(AssertUnwindSafe(|| publish.outgoing(event))) {
        Ok(said) => said.map_err(|error: WorkError| ProjectionError::work(error)),
        Err(panic) => Err(ProjectionError::panicked(panic)),
    }
}

fn of_event<E>(event: &Recorded<E>, error: ProjectionError) -> ProjectionError {
    ProjectionError::of_event(event.position(), event.stream().clone(), error)
}
