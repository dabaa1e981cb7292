use super::Projection;
use crate::{EventId, event::Recorded, sink::WorkError};
use async_trait::async_trait;
use std::fmt;

/// Does something in the world outside for each event: sends a mail, calls another service, sends a command.
///
/// It is a consumer with a name and events, derived as a projection is, but it has no read model. Making a read model anew
/// does not run it again: that is another consumer. Its [`VERSION`](Projection::VERSION) means nothing, so that new code goes
/// on where the old code was.
///
/// # Guarantees
/// Each event is delivered at least once, those of one stream in order; the next one of a stream only when the one before has
/// succeeded. What the world outside does cannot be rolled back, so after a crash the last few events are delivered again,
/// each with the same [`Reaction::key`]: whoever receives it and remembers the key does it once.
///
/// An event for which it fails is put into quarantine with the later events of its stream, and tried again.
///
/// ```
/// use async_trait::async_trait;
/// use factum::{Recorded, prelude::*, projection::{Reaction, Reactor}, sink::WorkError};
///
/// #[derive(Event, Serialize, Deserialize)]
/// struct OrderShipped { to: String }
///
/// #[derive(Projection)]
/// #[projection(name = "mailer", events(OrderShipped))]
/// struct Mailer;
///
/// #[async_trait]
/// impl Reactor for Mailer {
///     async fn react(&self, event: &Recorded<MailerEvent>, reaction: &Reaction) -> Result<(), WorkError> {
///         let MailerEvent::OrderShipped(shipped) = &event.event;
///         println!("to {}: it is on its way (Message-ID: {})", shipped.to, reaction.key());
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not react to events",
    label = "this should be a reactor",
    note = "write `#[derive(Projection)]` with `#[projection(name = \"…\", events(…))]`, and `#[async_trait] impl Reactor for {Self}`"
)]
#[async_trait]
pub trait Reactor: Projection {
    /// Does it.
    ///
    /// # Errors
    /// Why it could not be done; it will be tried again.
    async fn react(&self, event: &Recorded<Self::Event>, reaction: &Reaction) -> Result<(), WorkError>;
}

/// What is known of one delivery of an event to a [`Reactor`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reaction {
    key: String,
}

impl Reaction {
    /// That of the consumer `name` to an event. For whoever runs reactors.
    #[must_use]
    pub fn new(name: &str, event: EventId) -> Self {
        Self { key: format!("{name}:{event}") }
    }

    /// An idempotency key: the same for every delivery of this event to this reactor, and another for any other.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for Reaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)
    }
}
