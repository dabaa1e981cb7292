/// What a store offers beyond what every store must. Whoever relies on one of these asks first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// An acknowledged append survives a crash of the machine.
    pub durable: bool,
    /// Several processes can have the store open at once.
    pub shared: bool,
    /// Positions have no holes: the next event's position is the last one's plus one.
    pub gapless: bool,
}

impl Capabilities {
    /// Nothing beyond what every store must offer.
    #[must_use]
    pub const fn none() -> Self {
        Self { durable: false, shared: false, gapless: false }
    }

    /// Declares [`Capabilities::durable`].
    #[must_use]
    pub const fn durable(mut self) -> Self {
        self.durable = true;
        self
    }

    /// Declares [`Capabilities::shared`].
    #[must_use]
    pub const fn shared(mut self) -> Self {
        self.shared = true;
        self
    }

    /// Declares [`Capabilities::gapless`].
    #[must_use]
    pub const fn gapless(mut self) -> Self {
        self.gapless = true;
        self
    }
}
