use super::{Next, Sendable};
use crate::{
    Keys,
    event::{CodecError, EventEnum, Json, Recorded},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt::Display, str::FromStr};

/// A process: the state of one instance, which events it takes part in, which commands it may send.
///
/// Derive it: `#[derive(ProcessManager, Default, Serialize, Deserialize)]`, with `#[process(key = OrderId, events(…),
/// commands(…))]`. What it does about each event, [`React`] says. See the [module](super) for what is guaranteed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a process",
    label = "this should be a process",
    note = "write `#[derive(ProcessManager, Default, Serialize, Deserialize)]` and `#[process(key = …, events(…), commands(…))]` on it"
)]
pub trait ProcessManager: Default + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What tells its instances apart, such as the id of an order. Keys that print alike are one instance; printed, a key has at
    /// most [`KEY_BYTES`](super::KEY_BYTES).
    type Key: Display + FromStr<Err: Display> + Send + Sync + 'static;

    /// The events that it takes part in, those of its own deadlines included.
    type Event: EventEnum;

    /// Names the process, its documents, its place in the log, its streams and its commands. Only `a–z`, `0–9` and `_`, beginning
    /// with a letter, 40 bytes at most. It must not change while instances run.
    const NAME: &'static str;

    /// The version of the state's shape. Instances that were stored with an older one are read by [`ProcessManager::decode`].
    const VERSION: u32 = 1;

    /// The commands that it may send.
    const COMMANDS: &'static [Sendable];

    /// Whether [`ProcessManager::keys`] looks at nothing of an event but its stream, and gives that stream's key.
    const KEYS_OF_STREAM: bool = false;

    /// The instances that an event concerns. Not asked about events of its own deadlines, nor about rejections of its commands:
    /// those concern the instance that has set or sent them.
    fn keys(event: &Recorded<Self::Event>) -> Keys<Self::Key>;

    /// Whether an event starts an instance that is not there; otherwise it is left alone then. What comes of an instance itself,
    /// its deadlines and rejections, starts none.
    fn starts(_event: &Self::Event) -> bool {
        true
    }

    /// Hands an event to the [`React`] for it.
    fn react_to(&mut self, event: &Self::Event, next: &mut Next<'_, Self>);

    /// Reads the state of an instance that was stored with version `version`. By default an older version is read as if it were
    /// the present one, which suits changes that serde's own attributes bridge.
    ///
    /// # Errors
    /// [`CodecError`] when the state does not fit, or is newer than [`ProcessManager::VERSION`]; the events of that instance go into
    /// quarantine, and are applied again when the code that can read it runs.
    fn decode(version: u32, state: &[u8]) -> Result<Self, CodecError> {
        if version > Self::VERSION {
            return Err(CodecError::newer(version, Self::VERSION));
        }
        Json::read(state)
    }
}

/// What a process does about an event.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what it does about the event `{E}`",
    label = "`{E}` is one of its events",
    note = "write `impl React<{E}> for {Self} {{ fn react(&mut self, event: &{E}, next: &mut Next<'_, Self>) {{ … }} }}`; the body may be empty"
)]
pub trait React<E>: ProcessManager {
    /// Takes `event` into the state, and asks `next` for what is to happen.
    ///
    /// It must depend on nothing but these, and have no effects of its own: after a crash, or when an event of another instance
    /// could not be taken, it is called again for the same event. What is to happen outside of the log, a
    /// [`Reactor`](crate::projection::Reactor) does about the events of the command.
    fn react(&mut self, event: &E, next: &mut Next<'_, Self>);
}

/// That it is one of the events of the process `P`. Implemented by the derive for those that `events(…)` lists.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is none of the events of `{P}`",
    label = "the process does not take part in this event",
    note = "add it to the attribute, `#[process(events({Self}))]`, and write `impl React<{Self}> for {P}`"
)]
pub trait EventOf<P> {}
