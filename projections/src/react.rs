//! Reactors, run as projections without a read model.

use crate::{runner::Runner, subscription::Start};
use async_trait::async_trait;
use factum_core::{
    Projection, Query, Recorded,
    projection::{Lanes, Pieces, Project, ProjectionError, Reaction, Reactor, Recent},
    sink::Sink,
};

/// A [`Reactor`], to be run by a [`Runner`]; made by [`Runner::reactor`].
#[derive(Clone, Debug)]
pub struct Reacting<R>(R);

/// Events in a batch, after each of which the checkpoint is kept: so many at most are delivered again after a crash.
const BATCH: usize = 100;

impl<R: Reactor> Runner<Reacting<R>> {
    /// Runs `reactor`, which begins with the events that are appended after it has run for the first time. To begin
    /// elsewhere, say so with [`Runner::from`].
    pub const fn reactor(reactor: R) -> Self {
        Self::new(Reacting(reactor)).from(Start::Now)
    }
}

impl<R: Reactor> Projection for Reacting<R> {
    type Event = R::Event;
    const NAME: &'static str = R::NAME;

    fn query(&self) -> Query {
        self.0.query()
    }
}

#[async_trait]
impl<K: Sink, R: Reactor> Project<K> for Reacting<R> {
    fn most(&self) -> Option<usize> {
        Some(BATCH)
    }

    async fn project(&self, _: &K, events: &[Recorded<R::Event>]) -> Result<K::Work, ProjectionError> {
        for event in events {
            self.react(event).await?;
        }
        Ok(K::Work::default())
    }

    async fn project_next(
        &self,
        _: &K,
        events: &mut dyn Pieces<R::Event>,
        _: &mut Recent,
        lanes: &Lanes,
    ) -> Result<K::Work, ProjectionError> {
        loop {
            let piece = events.next().await;
            if piece.is_empty() {
                return Ok(K::Work::default());
            }
            for event in piece.iter() {
                if let Err(error) = self.react(event).await {
                    // What was done before it is done.
                    lanes.end_before(event.position(), error);
                    return Ok(K::Work::default());
                }
            }
        }
    }
}

impl<R: Reactor> Reacting<R> {
    async fn react(&self, event: &Recorded<R::Event>) -> Result<(), ProjectionError> {
        let reaction = Reaction::new(R::NAME, event.record.id);
        let reacted = crate::runner::catching(async {
            self.0.react(event, &reaction).await.map_err(ProjectionError::work)
        });
        let stream = || event.stream().clone();
        reacted.await.map_err(|error| ProjectionError::of_event(event.position(), stream(), error))
    }
}
