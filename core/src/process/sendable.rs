use super::{Answer, Rejected};
use crate::{
    Command,
    bus::{CommandBus, Context, Envelope, Rejection, SendError},
    causes::Causes,
    decider::Handle,
    event::{Encoded, Json},
    projection::ProjectionError,
};
use futures_util::{FutureExt as _, future::BoxFuture};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    any::type_name,
    fmt::{self, Display},
    panic::AssertUnwindSafe,
};
use tower::Service as _;

/// A command that a process can send: it can be kept until it is delivered, and so can its rejection.
///
/// Every command can that derives `Serialize` and `Deserialize` and has a rejection that does too, and prints.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent by a process",
    label = "this should be a command that can be kept",
    note = "write `#[derive(Command, Serialize, Deserialize)]` on it",
    note = "its rejection has to have `Serialize`, `Deserialize` and `Display` too, so that an answer can be remembered; a text is a `String`"
)]
pub trait ProcessCommand:
    Command<Decider: Handle<Self, Rejection: Serialize + DeserializeOwned + Display + Sync>>
    + Serialize
    + DeserializeOwned
{
}

impl<C> ProcessCommand for C where
    C: Command<Decider: Handle<C, Rejection: Serialize + DeserializeOwned + Display + Sync>>
        + Serialize
        + DeserializeOwned
{
}

/// That the process `P` may send it. Implemented by the derive for those that `commands(…)` lists.
#[diagnostic::on_unimplemented(
    message = "`{P}` does not say that it sends `{Self}`",
    label = "this command is not among those of the process",
    note = "add it to the attribute: `#[process(commands({Self}))]`"
)]
pub trait SentBy<P> {}

/// One command that a process may send, as the code knows it.
#[derive(Clone, Copy)]
pub struct Sendable {
    name: &'static str,
    rust_name: fn() -> &'static str,
    /// Whether the process wants to hear that it was rejected.
    hears: bool,
    send: Send,
}

type Send = fn(CommandBus, Vec<u8>, Vec<String>, Context, bool) -> BoxFuture<'static, Answer>;

impl Sendable {
    /// `C`.
    #[must_use]
    pub const fn of<C: ProcessCommand>() -> Self {
        Self { name: C::NAME, rust_name: type_name::<C>, hears: false, send: send::<C> }
    }

    /// `C`, of which the process hears when it is rejected.
    #[must_use]
    pub const fn heard<C: ProcessCommand>() -> Self {
        Self { hears: true, ..Self::of::<C>() }
    }

    /// What it is called.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Sends one that was kept, and tells what has become of it; of one that panics too. With several idempotency keys, it is sent
    /// with each after the first if it was rejected with the one before.
    pub fn deliver(
        &self,
        bus: CommandBus,
        payload: Vec<u8>,
        idempotency_keys: Vec<String>,
        context: Context,
    ) -> BoxFuture<'static, Answer> {
        let (send, hears) = (self.send, self.hears);
        let sent = async move { send(bus, payload, idempotency_keys, context, hears).await };
        Box::pin(AssertUnwindSafe(sent).catch_unwind().map(|answer| {
            answer.unwrap_or_else(|payload| match ProjectionError::panicked(payload) {
                ProjectionError::Panicked(message) => Answer::Refused(format!("it panicked: {message}")),
                error => Answer::Refused(error.to_string()),
            })
        }))
    }

    /// Whether two commands have one name; the derive refuses that while compiling.
    #[doc(hidden)]
    #[must_use]
    pub const fn clash(all: &[Self]) -> bool {
        let mut i = 0;
        while i < all.len() {
            let mut j = i + 1;
            while j < all.len() {
                if same(all[i].name.as_bytes(), all[j].name.as_bytes()) {
                    return true;
                }
                j += 1;
            }
            i += 1;
        }
        false
    }
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

fn send<C: ProcessCommand>(
    mut bus: CommandBus,
    payload: Vec<u8>,
    keys: Vec<String>,
    context: Context,
    hears: bool,
) -> BoxFuture<'static, Answer> {
    Box::pin(async move {
        let command = match Json::read::<C>(&payload) {
            Ok(command) => command,
            Err(error) => return Answer::Refused(format!("it cannot be read: {error}")),
        };
        let envelope = match Envelope::new(command) {
            Ok(envelope) => envelope.with_context(context),
            Err(invalid) => return Answer::Refused(invalid.to_string()),
        };
        let mut answer = Answer::Refused("it has no idempotency key".to_owned());
        for key in keys {
            answer = match bus.call(envelope.clone().with_idempotency_key(key)).await {
                Ok(_) => return Answer::Done,
                Err(SendError::Rejected(rejection)) if hears => return rejected::<C>(&payload, rejection),
                Err(SendError::Rejected(rejection)) => {
                    Answer::Refused(format!("it was rejected: {rejection}"))
                }
                Err(error) => return failed::<C>(&error),
            };
        }
        answer
    })
}

fn rejected<C: ProcessCommand>(payload: &[u8], rejection: Rejection<C>) -> Answer {
    let event = Json::read::<C>(payload).and_then(|command| Encoded::of(&Rejected::new(command, rejection)));
    match event {
        Ok(event) => Answer::Rejected(event),
        Err(error) => Answer::Refused(format!("its rejection cannot be kept: {error}")),
    }
}

fn failed<C: ProcessCommand>(error: &SendError<Rejection<C>>) -> Answer {
    let text = match error {
        SendError::Store(error) => Causes(error).to_string(),
        error => error.to_string(),
    };
    match error {
        SendError::Conflict(_) | SendError::OutcomeUnknown(_) | SendError::TimedOut(_) => Answer::Again(text),
        SendError::Store(error) if error.is_transient() || error.is_closed() => Answer::Again(text),
        // It says nothing of whether it would say the same again.
        SendError::Layer(_) => Answer::Perhaps(text),
        _ => Answer::Refused(text),
    }
}

impl fmt::Debug for Sendable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sendable")
            .field("name", &self.name)
            .field("type", &(self.rust_name)())
            .finish_non_exhaustive()
    }
}
