use super::{
    ProcessManager, Wish,
    delivery::Undelivered,
    names,
    next::Next,
    stored::{self, Cause, Deadline, Due, Kept, Payload, Place},
};
use crate::{
    CorrelationId, EventId, Invalid, Keys, Position, StreamId,
    event::{Encoded, Recorded},
    projection::ProjectionError,
    sink::{Change, Document},
};
use bytes::Bytes;
use serde::Serialize;
use std::{
    collections::BTreeMap,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// One instance of a process in memory, which takes events one by one: what a runner, and a test, does with each.
pub struct Running<P> {
    /// Its key, as it is printed.
    key: String,
    live: Option<Live<P>>,
}

/// An instance that has begun and has not ended.
struct Live<P> {
    state: P,
    correlation: CorrelationId,
    started: Place,
    last: Place,
    sent: u64,
    deadlines: BTreeMap<String, Due>,
}

/// What an event has come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reacted {
    /// What the process has asked for, in order. Empty also if the event did not concern it.
    pub wishes: Vec<Wish>,
    /// The documents of commands and deadlines that come or go, at most one change for each key.
    pub changes: Vec<Change>,
}

impl<P: ProcessManager> Running<P> {
    /// One that has not begun, with this key.
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), live: None }
    }

    /// The instances that an event concerns.
    pub fn keys(event: &Recorded<P::Event>) -> Keys<P::Key> {
        if !names::is_of_a_process(event.stream()) {
            return P::keys(event);
        }
        // What comes of an instance is for that instance, whatever is in it.
        match event.stream().category() == names::Of::<P>::CATEGORY {
            true => Keys::of_stream(event),
            false => Keys::none(),
        }
    }

    /// The stream of what comes of the instance with this key, as it is printed: of its deadlines, and of the rejections of its
    /// commands.
    ///
    /// # Errors
    /// [`Invalid`] when it cannot be the key of a stream.
    pub fn stream(key: &str) -> Result<StreamId, Invalid> {
        names::stream::<P>(key)
    }

    /// One as it was kept; `None` if it was not there.
    pub(super) fn read(key: &str, body: Option<&Bytes>) -> Result<Self, ProjectionError> {
        let corrupt = |error| {
            crate::StoreError::corrupt(format!("reading instance {key:?} of process {}", P::NAME), error)
        };
        let Some(body) = body else { return Ok(Self::new(key)) };
        let kept: Kept = serde_json::from_slice(body).map_err(corrupt)?;
        let Kept { version, state, correlation, started, last, sent, deadlines } = kept;
        // That of a newer program is no damage: whoever can read it does so later.
        let state = P::decode(version, state.get().as_bytes()).map_err(ProjectionError::work)?;
        Ok(Self {
            key: key.to_owned(),
            live: Some(Live { state, correlation, started, last, sent, deadlines }),
        })
    }

    /// As it is to be kept; `None` if it is not there.
    pub(super) fn body(&self) -> Result<Option<Bytes>, ProjectionError> {
        let Some(live) = &self.live else { return Ok(None) };
        let state = serde_json::value::to_raw_value(&live.state).map_err(ProjectionError::work)?;
        let kept = Kept {
            version: P::VERSION,
            state,
            correlation: live.correlation,
            started: live.started,
            last: live.last,
            sent: live.sent,
            deadlines: live.deadlines.clone(),
        };
        json(&kept).map(Some)
    }

    /// Its state, if it is there.
    pub fn state(&self) -> Option<&P> {
        self.live.as_ref().map(|live| &live.state)
    }

    /// What its deadlines are called, and when they are due.
    pub fn deadlines(&self) -> impl Iterator<Item = (&str, crate::Timestamp)> {
        let live = self.live.iter();
        live.flat_map(|live| live.deadlines.iter().map(|(name, due)| (name.as_str(), due.due)))
    }

    /// Takes an event, which has `key`.
    ///
    /// # Errors
    /// [`ProjectionError`] when the process panics, or asks for something that cannot be kept. The instance is of no use then.
    pub fn take(&mut self, key: &P::Key, event: &Recorded<P::Event>) -> Result<Reacted, ProjectionError> {
        let mut changes = BTreeMap::new();
        if !self.concerns(event, &mut changes) {
            return Ok(Reacted::default());
        }
        let live = self.live.get_or_insert_with(|| Live {
            state: P::default(),
            correlation: event.record.metadata.correlation_id.unwrap_or(CorrelationId(event.record.id.0)),
            started: Place::of(&event.record),
            last: Place::of(&event.record),
            sent: 0,
            deadlines: BTreeMap::new(),
        });
        live.last = Place::of(&event.record);
        let mut next = Next::<P>::new(key, event.time());
        let reacted = catch_unwind(AssertUnwindSafe(|| live.state.react_to(&event.event, &mut next)));
        reacted.map_err(ProjectionError::panicked)?;
        let wishes = next.into_wishes().map_err(ProjectionError::work)?;
        self.grant(event, &wishes, &mut changes)?;
        let change = |(key, body): (String, Option<Bytes>)| match body {
            Some(body) => Change::Put(Document::new(key, body)),
            None => Change::Delete { key },
        };
        Ok(Reacted { wishes, changes: changes.into_iter().map(change).collect() })
    }

    /// Whether the event is one to react to. That of a deadline is used up with that.
    fn concerns(&mut self, event: &Recorded<P::Event>, changes: &mut Changes) -> bool {
        let record = &event.record;
        if !names::is_of_a_process(&record.stream) {
            return self.live.is_some() || P::starts(&event.event);
        }
        let Some(live) = &mut self.live else { return false };
        if names::is_rejection(record.event_type.as_str()) {
            return true;
        }
        // One that was cancelled or replaced meanwhile is not there any more.
        let name = live.deadlines.iter().find(|(_, due)| due.id == record.id).map(|(name, _)| name.clone());
        let Some(due) = name.and_then(|name| live.deadlines.remove(&name)) else { return false };
        changes.insert(stored::deadline(due.due, due.id), None);
        true
    }

    fn grant(
        &mut self,
        event: &Recorded<P::Event>,
        wishes: &[Wish],
        changes: &mut Changes,
    ) -> Result<(), ProjectionError> {
        let (key, record) = (self.key.as_str(), &event.record);
        let Some(live) = &mut self.live else { return Ok(()) };
        let cause = Cause::new(record, live.correlation);
        let forget = |changes: &mut Changes, due: Option<Due>| {
            if let Some(due) = due {
                changes.insert(stored::deadline(due.due, due.id), None);
            }
        };
        let mut ends = false;
        for (number, wish) in (0_u32..).zip(wishes) {
            match wish {
                Wish::Send(sent) => {
                    live.sent += 1;
                    let command = Undelivered::new::<P>(key, cause.clone(), number, sent)?;
                    changes.insert(stored::command(record.position, number, key), Some(json(&command)?));
                }
                Wish::Schedule { name, due, event } => {
                    let id = names::deadline_id::<P>(key, record.id, number);
                    let deadline = deadline::<P>(key, name, *due, id, event, cause.clone())?;
                    let before = live.deadlines.insert(name.clone(), Due { due: *due, id });
                    forget(changes, before);
                    changes.insert(stored::deadline(*due, id), Some(json(&deadline)?));
                }
                Wish::Cancel { name } => forget(changes, live.deadlines.remove(name)),
                Wish::End => ends = true,
            }
        }
        if ends && let Some(ended) = self.live.take() {
            ended.deadlines.into_values().for_each(|due| forget(changes, Some(due)));
        }
        Ok(())
    }
}

/// The documents beside an instance that come or go, by their keys.
type Changes = BTreeMap<String, Option<Bytes>>;

fn json(value: &impl Serialize) -> Result<Bytes, ProjectionError> {
    serde_json::to_vec(value).map(Bytes::from).map_err(ProjectionError::work)
}

/// A deadline that can be fired: what a store would not take is refused when it is set.
fn deadline<P: ProcessManager>(
    instance: &str,
    name: &str,
    due: crate::Timestamp,
    id: EventId,
    event: &Encoded,
    cause: Cause,
) -> Result<Deadline, ProjectionError> {
    let deadline = Deadline {
        name: name.to_owned(),
        instance: instance.to_owned(),
        due,
        id,
        stream: names::stream::<P>(instance)?,
        event_type: event.event_type.as_str().to_owned(),
        type_version: event.type_version,
        payload: Payload::of(&event.payload),
        tags: event.tags.clone(),
        cause,
    };
    deadline.clone().into_event()?.check()?;
    Ok(deadline)
}

impl<P> fmt::Debug for Running<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let position = self.live.as_ref().map(|live| Position::new(live.last.position));
        f.debug_struct("Running").field("key", &self.key).field("last", &position).finish_non_exhaustive()
    }
}
