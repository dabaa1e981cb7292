/// What a transport offers beyond what every one must. The conformance suite tests what is declared, and skips the rest visibly.
///
/// ```
/// use factum_messaging::transport::Capabilities;
///
/// let kept = Capabilities::new().confirms().keeps();
/// assert!(kept.confirms && kept.keeps && !kept.delays);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct Capabilities {
    /// The broker says of each message that it has it.
    pub confirms: bool,
    /// What it has confirmed survives its crash.
    pub durable: bool,
    /// What is published while nobody listens is kept for consumers that have listened before.
    pub keeps: bool,
    /// Those who listen in the name of one consumer share its messages.
    pub competes: bool,
    /// What is not settled is delivered again.
    pub redelivers: bool,
    /// It waits before it delivers again what [asks for a pause](super::Incoming::nack).
    pub delays: bool,
    /// What is [rejected](super::Incoming::reject) is kept by the broker, where it can be looked at and taken back.
    pub dead_letters: bool,
    /// A consumer that is new may ask for what was published [before](super::Since::Beginning).
    pub replays: bool,
}

/// Each of these declares one of them.
impl Capabilities {
    /// Nothing beyond what every transport must.
    pub const fn new() -> Self {
        Self {
            confirms: false,
            durable: false,
            keeps: false,
            competes: false,
            redelivers: false,
            delays: false,
            dead_letters: false,
            replays: false,
        }
    }

    /// The broker says of each message that it has it.
    pub const fn confirms(self) -> Self {
        Self { confirms: true, ..self }
    }

    /// What it has confirmed survives its crash.
    pub const fn durable(self) -> Self {
        Self { durable: true, ..self }
    }

    /// What is published while nobody listens is kept.
    pub const fn keeps(self) -> Self {
        Self { keeps: true, ..self }
    }

    /// Those who listen in the name of one consumer share its messages.
    pub const fn competes(self) -> Self {
        Self { competes: true, ..self }
    }

    /// What is not settled is delivered again.
    pub const fn redelivers(self) -> Self {
        Self { redelivers: true, ..self }
    }

    /// It waits before it delivers again.
    pub const fn delays(self) -> Self {
        Self { delays: true, ..self }
    }

    /// What is rejected is kept.
    pub const fn dead_letters(self) -> Self {
        Self { dead_letters: true, ..self }
    }

    /// A new consumer may ask for what was published before.
    pub const fn replays(self) -> Self {
        Self { replays: true, ..self }
    }
}
