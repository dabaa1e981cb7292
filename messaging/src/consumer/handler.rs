use async_trait::async_trait;
use factum_core::{
    CheckpointKey, ConsumerName, EventEnum, MessageKey, Position, Projection, Recorded, StoreError,
    app::Startup,
    checkpoint::{Advance, AdvanceError, Epoch},
    projection::{Project, ProjectionError, Reaction, Reactor},
    sink::{CommitError, InboxSink, Sink},
};
use std::collections::HashSet;
use tokio::sync::Mutex;

/// What is done with messages, and how often: made by [`at_most_once`](super::at_most_once),
/// [`at_least_once`](super::at_least_once), [`effectively_once`](super::effectively_once) and [`into_log`](super::into_log()).
#[async_trait]
pub trait Handler<K>: sealed::Sealed + Send + Sync + 'static {
    /// The events that are handled; messages of other types are left alone.
    type Event: EventEnum;

    /// The consumer's name.
    const NAME: &'static str;

    /// That of the read model, if there is one: another one begins with an empty inbox.
    const VERSION: u32 = 1;

    /// Whether a message is acknowledged before it is handled.
    const ACKNOWLEDGES_FIRST: bool = false;

    /// How many messages are handled in one go; those are handled in the order in which they came, and nothing beside them.
    const TOGETHER: usize = 1;

    /// Makes room in the sink.
    #[doc(hidden)]
    async fn prepare(&self, _sink: &K) -> Result<(), ProjectionError> {
        Ok(())
    }

    /// Provides what questions are answered from.
    #[doc(hidden)]
    fn provide(&self, _sink: &K, _startup: &mut Startup) {}

    /// Handles messages, in order: all of them, or after an error perhaps some.
    #[doc(hidden)]
    async fn handle(
        &self,
        sink: &K,
        inbox: &CheckpointKey,
        events: &[Recorded<Self::Event>],
    ) -> Result<(), ProjectionError>;
}

mod sealed {
    pub trait Sealed {}
    impl<R> Sealed for super::AtMostOnce<R> {}
    impl<R> Sealed for super::AtLeastOnce<R> {}
    impl<P> Sealed for super::EffectivelyOnce<P> {}
    impl<P> Sealed for crate::consumer::IntoLog<P> {}
}

/// A message is acknowledged, then handled.
#[derive(Clone, Copy, Debug)]
pub struct AtMostOnce<R>(pub(super) R);

/// A message is handled, then acknowledged.
#[derive(Clone, Copy, Debug)]
pub struct AtLeastOnce<R>(pub(super) R);

/// The effect of a message commits together with its key in the inbox.
#[derive(Debug)]
pub struct EffectivelyOnce<P> {
    projection: P,
    /// What the read model is owned under here, until somebody else has owned it: whoever listens and whoever handles letters may be
    /// on two nodes, and neither may write what it has made of documents that the other has changed.
    epoch: Mutex<Option<Epoch>>,
}

impl<P> EffectivelyOnce<P> {
    pub(super) const fn new(projection: P) -> Self {
        Self { projection, epoch: Mutex::const_new(None) }
    }
}

#[async_trait]
impl<K: Sink, R: Reactor> Handler<K> for AtMostOnce<R> {
    type Event = R::Event;
    const NAME: &'static str = R::NAME;
    const ACKNOWLEDGES_FIRST: bool = true;

    async fn handle(
        &self,
        _: &K,
        _: &CheckpointKey,
        events: &[Recorded<R::Event>],
    ) -> Result<(), ProjectionError> {
        react(&self.0, events).await
    }
}

#[async_trait]
impl<K: Sink, R: Reactor> Handler<K> for AtLeastOnce<R> {
    type Event = R::Event;
    const NAME: &'static str = R::NAME;

    async fn handle(
        &self,
        _: &K,
        _: &CheckpointKey,
        events: &[Recorded<R::Event>],
    ) -> Result<(), ProjectionError> {
        react(&self.0, events).await
    }
}

async fn react<R: Reactor>(reactor: &R, events: &[Recorded<R::Event>]) -> Result<(), ProjectionError> {
    for event in events {
        let reaction = Reaction::new(R::NAME, event.record.id);
        reactor.react(event, &reaction).await.map_err(ProjectionError::work)?;
    }
    Ok(())
}

#[async_trait]
impl<K: InboxSink, P: Project<K>> Handler<K> for EffectivelyOnce<P> {
    type Event = <P as Projection>::Event;
    const NAME: &'static str = P::NAME;
    const VERSION: u32 = P::VERSION;
    const TOGETHER: usize = 256;

    async fn prepare(&self, sink: &K) -> Result<(), ProjectionError> {
        self.projection.prepare(sink).await
    }

    fn provide(&self, sink: &K, startup: &mut Startup) {
        self.projection.provide(sink, startup);
    }

    async fn handle(
        &self,
        sink: &K,
        inbox: &CheckpointKey,
        events: &[Recorded<Self::Event>],
    ) -> Result<(), ProjectionError> {
        // One batch after the other, also of letters.
        let mut epoch = self.epoch.lock().await;
        let consumer = &inbox.consumer;
        let owner = CheckpointKey::new(ConsumerName::new(format!("{consumer}.model"))?, inbox.log);
        loop {
            let owned = match *epoch {
                Some(owned) => owned,
                None => *epoch.insert(sink.claim(&owner).await?.epoch),
            };
            // Those that are new, each once.
            let keys = keys(events)?;
            let received = sink.received(consumer, &keys).await?;
            let mut seen = HashSet::new();
            let new: Vec<usize> = (0..keys.len())
                .filter(|&index| received[index].is_none() && seen.insert(&keys[index]))
                .collect();
            if new.is_empty() {
                return Ok(());
            }
            let work = if new.len() == events.len() {
                self.projection.project(sink, events).await?
            } else {
                let again = new.iter().map(|&index| decoded_again(&events[index]));
                self.projection.project(sink, &again.collect::<Result<Vec<_>, _>>()?).await?
            };
            let keys: Vec<_> = new.into_iter().map(|index| keys[index].clone()).collect();
            let advance = Advance::new(owner.clone(), owned, Position::START);
            match sink.commit_received(work, advance, consumer, &keys).await {
                Ok(true) => return Ok(()),
                // Somebody else has received one of them meanwhile.
                Ok(false) => {}
                Err(CommitError::Advance(AdvanceError::Fenced { .. })) => *epoch = None,
                Err(error) => return Err(failed(error)),
            }
        }
    }
}

/// The keys under which messages are remembered: the ids that they are read with.
fn keys<E>(events: &[Recorded<E>]) -> Result<Vec<MessageKey>, ProjectionError> {
    events.iter().map(|event| Ok(MessageKey::new(event.record.id.to_string())?)).collect()
}

/// An event need not be one that can be cloned.
fn decoded_again<E: EventEnum>(event: &Recorded<E>) -> Result<Recorded<E>, ProjectionError> {
    Ok(event.record.clone().decode()?)
}

fn failed(error: CommitError) -> ProjectionError {
    match error {
        CommitError::Advance(AdvanceError::Store(error)) => error.into(),
        CommitError::Advance(error) => ProjectionError::work(error),
        CommitError::Work(error) => match error.downcast::<StoreError>() {
            Ok(error) => (*error).into(),
            Err(error) => ProjectionError::work(error),
        },
        error => ProjectionError::work(error),
    }
}
