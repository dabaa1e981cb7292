use lapin::{
    ExchangeKind as Kind,
    types::{AMQPValue, LongString},
};

/// How the exchange passes messages on to queues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExchangeKind {
    /// By patterns, as everywhere in Factum.
    #[default]
    Topic,
    /// By whole topics. Who listens cannot use wildcards.
    Direct,
    /// Everything to everybody. Who listens asks for `#`, and cannot ask for less.
    Fanout,
}

/// How queues keep messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum QueueType {
    /// On several nodes of a cluster, agreed upon with Raft, and on the disk.
    #[default]
    Quorum,
    /// On one node. A cluster that loses the node has lost the messages, or waits for it. Cheaper, and without a count of
    /// deliveries: what was given back has come for the second time, however often it has.
    Classic,
}

/// What becomes of a message that no queue takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unroutable {
    /// It is published, and nobody has asked for it, as with every transport.
    #[default]
    Ignore,
    /// It is [refused](crate::transport::PublishError::Refused). Each message then is alone on its channel while it is under way,
    /// which costs most of the throughput.
    Refuse,
}

/// How a message holds its event; see [`cloud_event`](crate::cloud_event). Both are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContentMode {
    /// The body is the data, and headers are the attributes.
    #[default]
    Binary,
    /// The body is the whole event, as JSON. For attributes that have no room among the headers.
    Structured,
}

impl ExchangeKind {
    pub(super) const fn declared(self) -> Kind {
        match self {
            Self::Topic => Kind::Topic,
            Self::Direct => Kind::Direct,
            Self::Fanout => Kind::Fanout,
        }
    }
}

impl QueueType {
    pub(super) fn argument(self) -> AMQPValue {
        AMQPValue::LongString(LongString::from(match self {
            Self::Quorum => "quorum",
            Self::Classic => "classic",
        }))
    }
}
