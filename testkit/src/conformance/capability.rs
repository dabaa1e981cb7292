use std::fmt;

/// What a store or a transport declares to offer beyond what each must. The cases that need more are not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Capability {
    /// [`Capabilities::gapless`](factum_core::store::Capabilities::gapless): positions have no holes.
    Gapless,
    /// [`Capabilities::durable`](factum_core::store::Capabilities::durable): what was acknowledged survives a crash of
    /// the machine. Such a store is persistent too.
    ///
    /// The suite cannot pull the plug: it only tests that the store declares it.
    Durable,
    /// What was acknowledged is there when the store is opened again. A store can be persistent without being durable,
    /// if it leaves it to the operating system when its data go to the disk.
    Persistent,
    /// [`Capabilities::shared`](factum_core::store::Capabilities::shared): the store can be open several times at once.
    Shared,
    /// [`Capabilities::keeps`](factum_messaging::transport::Capabilities::keeps) of a transport.
    Keeps,
    /// [`Capabilities::competes`](factum_messaging::transport::Capabilities::competes) of a transport.
    Competes,
    /// [`Capabilities::redelivers`](factum_messaging::transport::Capabilities::redelivers) of a transport.
    Redelivers,
    /// [`Capabilities::delays`](factum_messaging::transport::Capabilities::delays) of a transport.
    Delays,
    /// [`Capabilities::replays`](factum_messaging::transport::Capabilities::replays) of a transport.
    Replays,
}

impl Capability {
    /// Whether a store that declares `declared` offers this.
    #[must_use]
    pub fn is_among(self, declared: &[Self]) -> bool {
        declared.contains(&self) || (self == Self::Persistent && declared.contains(&Self::Durable))
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gapless => "gapless",
            Self::Durable => "durable",
            Self::Persistent => "persistent",
            Self::Shared => "shared",
            Self::Keeps => "keeps",
            Self::Competes => "competes",
            Self::Redelivers => "redelivers",
            Self::Delays => "delays",
            Self::Replays => "replays",
        })
    }
}
