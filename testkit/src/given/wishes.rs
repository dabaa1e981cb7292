use super::{print, round_trip::round_trip_event};
use factum_core::{
    Event, Timestamp,
    event::{Codec as _, Encoded, Json},
    process::{EventOf, ProcessCommand, ProcessManager, Sent, SentBy, Wish},
};
use std::{fmt, marker::PhantomData, time::Duration};

/// What a process is expected to ask for, in order: `wishes().sends(Cancel { .. }).ends()`.
#[must_use = "it is what `then` expects"]
pub const fn wishes<P: ProcessManager>() -> Wishes<P> {
    Wishes { all: Vec::new(), process: PhantomData }
}

/// What a process is expected to ask for. Made by [`wishes`].
#[must_use = "it is what `then` expects"]
pub struct Wishes<P> {
    all: Vec<Expected>,
    process: PhantomData<fn() -> P>,
}

enum Expected {
    Wish(Wish),
    /// Counted from when the event happens.
    In(String, Duration, Encoded),
}

impl<P: ProcessManager> Wishes<P> {
    /// It sends this command.
    #[track_caller]
    pub fn sends<C: ProcessCommand + SentBy<P>>(self, command: C) -> Self {
        let sent = match Sent::of(&command) {
            Ok(sent) => sent,
            Err(error) => panic!("{} cannot be written: {}", C::NAME, print::causes(&error)),
        };
        if let Err(error) = Json::read::<C>(&sent.payload).and_then(|read| Json::encode(&read)) {
            panic!("{} cannot be read back: {}", C::NAME, print::causes(&error));
        }
        self.with(Expected::Wish(Wish::Send(sent)))
    }

    /// It has this event happen so long after the time that the test is at.
    #[track_caller]
    pub fn schedules<E: Event + EventOf<P>>(
        self,
        name: impl Into<String>,
        after: Duration,
        event: E,
    ) -> Self {
        self.with(Expected::In(name.into(), after, round_trip_event(&event)))
    }

    /// It has this event happen at that time.
    #[track_caller]
    pub fn schedules_at<E: Event + EventOf<P>>(
        self,
        name: impl Into<String>,
        time: Timestamp,
        event: E,
    ) -> Self {
        let event = round_trip_event(&event);
        self.with(Expected::Wish(Wish::Schedule { name: name.into(), due: time, event }))
    }

    /// It cancels the deadline with this name, whether there is one or not.
    pub fn cancels(self, name: impl Into<String>) -> Self {
        self.with(Expected::Wish(Wish::Cancel { name: name.into() }))
    }

    /// It ends.
    pub fn ends(self) -> Self {
        self.with(Expected::Wish(Wish::End))
    }

    fn with(mut self, expected: Expected) -> Self {
        self.all.push(expected);
        self
    }

    pub(super) fn print(self, now: Timestamp) -> String {
        let wish = |expected| match expected {
            Expected::Wish(wish) => wish,
            Expected::In(name, after, event) => Wish::Schedule { name, due: now + after, event },
        };
        print(&self.all.into_iter().map(wish).collect::<Vec<_>>())
    }
}

/// One after the other, as they are kept.
pub(super) fn print(wishes: &[Wish]) -> String {
    let one = |wish: &Wish| match wish {
        Wish::Send(sent) => format!("sends {}\n{}", sent.command, print::payload(&sent.payload)),
        Wish::Schedule { name, due, event } => {
            format!("schedules {name:?} at {due}: {}", print::event(event))
        }
        Wish::Cancel { name } => format!("cancels {name:?}\n"),
        Wish::End => "ends\n".to_owned(),
        other => format!("{other:?}\n"),
    };
    match wishes {
        [] => "(nothing)\n".to_owned(),
        wishes => wishes.iter().map(one).collect(),
    }
}

impl<P: ProcessManager> fmt::Debug for Wishes<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} wishes of {}", self.all.len(), P::NAME)
    }
}
