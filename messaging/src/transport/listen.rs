use crate::TopicPattern;
use factum_core::ConsumerName;
use std::num::NonZeroU16;

/// Who listens to what.
///
/// ```
/// use factum_core::ConsumerName;
/// use factum_messaging::transport::Listen;
///
/// let listen = Listen::new(ConsumerName::new("billing")?, ["order.*.Placed".parse()?]).prefetch(16);
/// # Ok::<(), factum_core::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct Listen {
    /// In whose name. The broker keeps messages for it.
    pub consumer: ConsumerName,
    /// To the topics that match one of these.
    pub patterns: Vec<TopicPattern>,
    /// How many messages may be under way at a time, not settled. By default 256.
    pub prefetch: NonZeroU16,
    /// Where a consumer begins that the broker does not know yet. By default with what is published from now on.
    pub since: Since,
    /// Whether nobody else listens in this name, so that the order holds from one who listens to the next.
    pub alone: bool,
}

/// Where a consumer begins that a broker does not know yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Since {
    /// With what is published from now on.
    #[default]
    Now,
    /// With the oldest message that the broker still has, where it [keeps](super::Capabilities::replays) them.
    Beginning,
}

impl Listen {
    /// In the name of `consumer`, to the topics that match one of `patterns`.
    pub fn new(consumer: ConsumerName, patterns: impl IntoIterator<Item = TopicPattern>) -> Self {
        const PREFETCH: NonZeroU16 = NonZeroU16::new(256).expect("256 is not 0");
        Self {
            consumer,
            patterns: patterns.into_iter().collect(),
            prefetch: PREFETCH,
            since: Since::Now,
            alone: false,
        }
    }

    /// At most so many messages are under way at a time; 0 is taken for 1.
    pub const fn prefetch(mut self, messages: u16) -> Self {
        self.prefetch = match NonZeroU16::new(messages) {
            Some(messages) => messages,
            None => NonZeroU16::MIN,
        };
        self
    }

    /// Listens alone: what whoever listened before had in hand and did not settle comes before anything that is newer, also when that
    /// one has died. The broker may keep the newcomer waiting until it knows that the other one has gone. Those who listen alone
    /// see to it themselves that there is one of them, by a lease for example.
    pub const fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// Begins there, if the broker does not know the consumer yet.
    pub const fn since(mut self, since: Since) -> Self {
        self.since = since;
        self
    }
}
