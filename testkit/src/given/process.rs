use super::{
    IntoStream,
    decider::encoded,
    print::{self, causes, short_name},
    wishes::Wishes,
};
use chrono::DateTime;
use factum_core::{
    NewEvent, Position, Recorded, RecordedEvent, StreamId, StreamVersion, Timestamp,
    event::same_payload,
    process::{Deadline, ProcessCommand, ProcessManager, Reacted, Rejected, Running, Wish},
    sink::Change,
};
use std::{collections::BTreeMap, fmt, time::Duration};

/// Begins a test of a process, at 2000-01-01T00:00:00Z:
/// `process::<Payment>().given("basket-7", Placed { .. }).after(DAY).then(wishes().sends(Cancel { .. }))`.
#[must_use = "a process is tested by `then…`"]
pub fn process<P: ProcessManager>() -> Process<P> {
    Process {
        now: DateTime::from_timestamp(946_684_800, 0).expect("a time that there was"),
        position: Position::START,
        versions: BTreeMap::new(),
        instances: BTreeMap::new(),
        deadlines: BTreeMap::new(),
        wishes: Vec::new(),
    }
}

/// A process, and what has happened. Made by [`process`].
pub struct Process<P: ProcessManager> {
    now: Timestamp,
    position: Position,
    versions: BTreeMap<StreamId, StreamVersion>,
    /// By the printed key.
    instances: BTreeMap<String, Running<P>>,
    /// Those that have not fired, in the order in which they are due.
    deadlines: BTreeMap<String, Deadline>,
    /// What was asked for since the last `when` or `after`.
    wishes: Vec<Wish>,
}

impl<P: ProcessManager> Process<P> {
    /// This event has happened in `stream`, now, and the process has reacted to it.
    #[track_caller]
    #[must_use = "a process is tested by `then…`"]
    pub fn given(mut self, stream: impl IntoStream, event: impl Into<P::Event>) -> Self {
        self.happens(encoded(stream.named(), &event.into()));
        self.wishes.clear();
        self
    }

    /// This event happens in `stream`, now; `then…` says what comes of it.
    #[track_caller]
    #[must_use = "what comes of it is tested by `then…`"]
    pub fn when(mut self, stream: impl IntoStream, event: impl Into<P::Event>) -> Self {
        self.wishes.clear();
        self.happens(encoded(stream.named(), &event.into()));
        self
    }

    /// A command of the instance with this key is rejected; `then…` says what comes of that.
    #[track_caller]
    #[must_use = "what comes of it is tested by `then…`"]
    pub fn when_rejected<C: ProcessCommand>(mut self, key: &P::Key, rejected: Rejected<C>) -> Self
    where
        Rejected<C>: Into<P::Event>,
    {
        self.wishes.clear();
        let stream = match Running::<P>::stream(&key.to_string()) {
            Ok(stream) => stream,
            Err(invalid) => panic!("this is no key of {}: {invalid}", P::NAME),
        };
        self.happens(encoded(stream, &rejected.into()));
        self
    }

    /// So much time passes, and what is due fires, each when it is due; `then…` says what comes of it.
    #[track_caller]
    #[must_use = "what comes of it is tested by `then…`"]
    pub fn after(mut self, time: Duration) -> Self {
        self.wishes.clear();
        let end = self.now + time;
        // One that fires may set another that is due before the end.
        while let Some((_, deadline)) = self.deadlines.pop_first() {
            if deadline.due > end {
                let key = deadline.key();
                self.deadlines.insert(key, deadline);
                break;
            }
            self.now = deadline.due.max(self.now);
            match deadline.into_event() {
                Ok(event) => self.happens(event),
                Err(invalid) => panic!("no store takes the event of a deadline: {invalid}"),
            }
        }
        self.now = end;
        self
    }

    /// The process asks for exactly this, in this order.
    #[track_caller]
    pub fn then(self, expected: Wishes<P>) -> Self {
        let now = self.now;
        let (expected, found) = (expected.print(now), super::wishes::print(&self.wishes));
        if expected != found {
            panic!(
                "{} asks for something else than expected (- expected, + asked for)\n{}",
                P::NAME,
                print::difference(&expected, &found)
            );
        }
        self
    }

    /// The process asks for nothing.
    #[track_caller]
    pub fn then_nothing(self) -> Self {
        if !self.wishes.is_empty() {
            panic!("{} asks for something, and should not\n{}", P::NAME, super::wishes::print(&self.wishes));
        }
        self
    }

    /// `check` looks at the state of the instance with this key.
    #[track_caller]
    pub fn then_state(self, key: &P::Key, check: impl FnOnce(&P)) -> Self {
        match self.instances.get(&key.to_string()).and_then(Running::state) {
            Some(state) => check(state),
            None => panic!("{} has no instance {key}", P::NAME),
        }
        self
    }

    /// There is no instance with this key: it has not begun, or it has ended.
    #[track_caller]
    pub fn then_no_instance(self, key: &P::Key) -> Self {
        if self.instances.get(&key.to_string()).and_then(Running::state).is_some() {
            panic!("{} has an instance {key}, and should have none", P::NAME);
        }
        self
    }

    /// These are the deadlines of the instance with this key, and how long it is until they are due; in any order.
    #[track_caller]
    pub fn then_deadlines<'a>(
        self,
        key: &P::Key,
        expected: impl IntoIterator<Item = (&'a str, Duration)>,
    ) -> Self {
        let lines = |all: BTreeMap<String, Timestamp>| {
            all.iter().map(|(name, due)| format!("{name:?} at {due}\n")).collect::<String>()
        };
        let expected = expected.into_iter().map(|(name, time)| (name.to_owned(), self.now + time)).collect();
        let running = self.instances.get(&key.to_string());
        let found = running.into_iter().flat_map(Running::deadlines);
        let (expected, found) =
            (lines(expected), lines(found.map(|(name, due)| (name.to_owned(), due)).collect()));
        if expected != found {
            panic!(
                "the deadlines of {} are not as expected (- expected, + found)\n{}",
                P::NAME,
                print::difference(&expected, &found)
            );
        }
        self
    }

    #[track_caller]
    fn happens(&mut self, event: NewEvent) {
        let event = self.recorded(event);
        let keys = match Running::<P>::keys(&event).printed() {
            Ok(keys) => keys,
            Err(error) => {
                panic!("{} cannot tell which instance an event concerns: {}", P::NAME, causes(&error))
            }
        };
        for (printed, key) in keys {
            let instance = self.instances.entry(printed.clone()).or_insert_with(|| Running::new(printed));
            let Reacted { wishes, changes, .. } = match instance.take(&key, &event) {
                Ok(reacted) => reacted,
                Err(error) => panic!("{} cannot react to this event: {}", P::NAME, causes(&error)),
            };
            round_trip(instance.state());
            self.wishes.extend(wishes);
            for change in changes {
                self.keeps(change);
            }
        }
    }

    /// The event as a store would give it back.
    #[track_caller]
    fn recorded(&mut self, event: NewEvent) -> Recorded<P::Event> {
        self.position = self.position.next();
        let version = self.versions.entry(event.stream.clone()).or_default();
        *version = version.next();
        let record: RecordedEvent = event.recorded(self.position, *version, self.now);
        match record.decode() {
            Ok(event) => event,
            Err(error) => panic!("{} cannot read this event: {}", P::NAME, causes(&error)),
        }
    }

    /// Of what is kept beside the instances, deadlines are what time is for.
    fn keeps(&mut self, change: Change) {
        match change {
            Change::Put(document) if Deadline::is_kept_under(&document.key) => {
                let deadline =
                    serde_json::from_slice(&document.body).expect("a deadline is read as it was written");
                self.deadlines.insert(document.key, deadline);
            }
            Change::Delete { key } => drop(self.deadlines.remove(&key)),
            Change::Put(_) => {}
        }
    }
}

/// That the state comes back as it is kept.
#[track_caller]
fn round_trip<P: ProcessManager>(state: Option<&P>) {
    let Some(state) = state else { return };
    let write = |state: &P| match serde_json::to_vec(state) {
        Ok(written) => written,
        Err(error) => panic!("the state of {} cannot be written: {error}", P::NAME),
    };
    let written = write(state);
    let again = match P::decode(P::VERSION, &written) {
        Ok(state) => write(&state),
        Err(error) => panic!("the state of {} cannot be read back: {}", P::NAME, causes(&error)),
    };
    if !same_payload(&written, &again) {
        panic!(
            "the state of {} does not survive being kept (- written, + written again)\n{}",
            P::NAME,
            print::difference(&print::payload(&written), &print::payload(&again))
        );
    }
}

impl<P: ProcessManager> fmt::Debug for Process<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(short_name::<P>())
            .field("now", &self.now)
            .field("instances", &self.instances.keys())
            .finish_non_exhaustive()
    }
}
