use super::handler::{AtLeastOnce, AtMostOnce, EffectivelyOnce};
use crate::{
    TopicPattern,
    transport::{Listen, Since, Transport, TransportError},
};
use factum_core::{ConsumerName, EventEnum, Invalid, Projection, projection::Reactor};
use std::{
    fmt,
    num::{NonZeroU16, NonZeroUsize},
    sync::Arc,
    time::Duration,
};

/// A handler, and whose messages it is given: `App::builder(store).consume(at_least_once(Billing, rabbit).at_once(4))`.
#[must_use = "it is run by `ConsumeExt::consume`"]
pub struct Consumer<H> {
    pub(super) handler: H,
    name: &'static str,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) options: Options,
}

#[derive(Clone, Debug)]
pub(super) struct Options {
    pub(super) patterns: Result<Vec<TopicPattern>, Invalid>,
    pub(super) prefetch: u16,
    pub(super) at_once: NonZeroUsize,
    pub(super) attempts: u32,
    pub(super) since: Since,
    pub(super) lease: Duration,
    /// How many listen at the same time, over all nodes.
    pub(super) listeners: NonZeroU16,
}

impl Options {
    /// Who listens to what.
    pub(super) fn listen(&self, name: &str) -> Result<Listen, Invalid> {
        let name = ConsumerName::new(name)?;
        let listen = Listen::new(name, self.patterns.clone()?).prefetch(self.prefetch).since(self.since);
        Ok(if self.listeners == NonZeroU16::MIN { listen.alone() } else { listen })
    }
}

/// Handles messages with `reactor`, each at most once: it is acknowledged first, and lost if handling it fails, or the node dies. For
/// what may be missed, and must not be done twice.
pub fn at_most_once<R: Reactor>(reactor: R, transport: impl Transport) -> Consumer<AtMostOnce<R>> {
    Consumer::new::<R>(AtMostOnce(reactor), transport)
}

/// Handles messages with `reactor`, each at least once: it is acknowledged when it has been handled. What the world outside is told
/// twice, it can recognise by [`Reaction::key`](factum_core::projection::Reaction::key).
pub fn at_least_once<R: Reactor>(reactor: R, transport: impl Transport) -> Consumer<AtLeastOnce<R>> {
    Consumer::new::<R>(AtLeastOnce(reactor), transport)
}

/// Applies messages to the read model of `projection`, each once: the change and the key of the message commit in one
/// transaction of the app's store.
pub fn effectively_once<P: Projection>(
    projection: P,
    transport: impl Transport,
) -> Consumer<EffectivelyOnce<P>> {
    Consumer::new::<P>(EffectivelyOnce::new(projection), transport)
}

impl<H> Consumer<H> {
    pub(super) fn new<P: Projection>(handler: H, transport: impl Transport) -> Self {
        let options = Options {
            patterns: patterns::<P>(),
            prefetch: 256,
            at_once: const { NonZeroUsize::new(16).expect("16 is not 0") },
            attempts: 3,
            since: Since::Now,
            lease: Duration::from_secs(5),
            listeners: NonZeroU16::MIN,
        };
        Self { handler, name: P::NAME, transport: Arc::new(transport), options }
    }

    /// Makes it known to its broker without running it, so that what is published from then on is kept for it. For those who publish:
    /// whichever of two programs is started first, nothing is lost of what it publishes before the other one listens.
    ///
    /// # Errors
    /// [`TransportError`] when the broker cannot be reached, or refuses it.
    pub async fn prepare(&self) -> Result<(), TransportError> {
        let listen = self.options.listen(self.name);
        let doing = || format!("preparing consumer {}", self.name);
        self.transport.prepare(listen.map_err(|error| TransportError::new(doing(), error))?).await
    }

    /// Listens to the topics that match one of these patterns. By default to those where a [relay](crate::relay()) publishes its
    /// events: `*.*.Type`, or what [`Event::TOPIC`](factum_core::Event::TOPIC) says, for all categories and keys.
    pub fn topics(mut self, patterns: impl IntoIterator<Item = TopicPattern>) -> Self {
        self.options.patterns = Ok(patterns.into_iter().collect());
        self
    }

    /// So many messages are asked of the broker ahead; by default 256.
    pub const fn prefetch(mut self, messages: u16) -> Self {
        self.options.prefetch = messages;
        self
    }

    /// So many messages are handled at a time, each of another key; by default 16. Effectively once, messages are handled one batch
    /// after the other.
    ///
    /// # Panics
    /// With 0.
    pub const fn at_once(mut self, messages: usize) -> Self {
        self.options.at_once = NonZeroUsize::new(messages).expect("at least one message at a time");
        self
    }

    /// A message is tried so many times, with short pauses, before it becomes a [letter](super::Letter); by default 3.
    ///
    /// # Panics
    /// With 0.
    pub const fn attempts(mut self, attempts: u32) -> Self {
        assert!(attempts > 0, "at least one attempt");
        self.options.attempts = attempts;
        self
    }

    /// Where it begins if the broker does not know it yet; by default with what is published from then on.
    pub const fn since(mut self, since: Since) -> Self {
        self.options.since = since;
        self
    }

    /// For how long a node that says nothing keeps the consumer to itself; by default 5 s.
    pub const fn lease(mut self, time: Duration) -> Self {
        self.options.lease = time;
        self
    }
}

impl<R> Consumer<AtMostOnce<R>> {
    /// As [`Consumer::<AtLeastOnce<R>>::competing`].
    ///
    /// # Panics
    /// With 0.
    pub const fn competing(mut self, listeners: u16) -> Self {
        self.options.listeners = at_least_one(listeners);
        self
    }
}

impl<R> Consumer<AtLeastOnce<R>> {
    /// So many listen at the same time, spread over all nodes, and share the messages: for work that one node does not keep up with, and
    /// that has no order. That of a key is not kept then: two of its messages may be handled at the same time, and one after
    /// a message that has become a [letter](super::Letter) may be handled before it. By default one listens.
    ///
    /// Effectively once there is no such choice, since a read model has one owner at a time.
    ///
    /// # Panics
    /// With 0.
    pub const fn competing(mut self, listeners: u16) -> Self {
        self.options.listeners = at_least_one(listeners);
        self
    }
}

const fn at_least_one(listeners: u16) -> NonZeroU16 {
    NonZeroU16::new(listeners).expect("at least one listener")
}

/// The topics under which a relay publishes the events of `P`, which may be too long.
fn patterns<P: Projection>() -> Result<Vec<TopicPattern>, Invalid> {
    <P::Event as EventEnum>::TYPES.iter().map(|of| of.topic().pattern(of.name())).collect()
}

impl<H> fmt::Debug for Consumer<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("name", &self.name)
            .field("transport", &self.transport)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
