//! What is appended: chosen at random, with much in common.

use crate::{
    origin::{Origin, Place},
    world::{STREAMS, TAGS, TYPES, event_type, stream, tag},
};
use factum_core::{Append, Conflict, ExpectedVersion, Receipt, StreamId, StreamVersion};
use rand::{RngExt as _, rngs::ChaCha8Rng};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// So many events are copied by the store rather than inserted.
const MANY: u16 = 300;

/// What a process knows of the streams: often out of date, since others append to them too.
#[derive(Debug, Default)]
pub(super) struct Versions(Mutex<HashMap<StreamId, StreamVersion>>);

impl Versions {
    fn known(&self) -> MutexGuard<'_, HashMap<StreamId, StreamVersion>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn learn(&self, receipt: &Receipt) {
        let written = receipt.written.iter().map(|written| (written.stream.clone(), written.version));
        self.known().extend(written);
    }

    pub(super) fn learn_from(&self, conflict: &Conflict) {
        if let Conflict::Version { stream, actual, .. } = conflict {
            self.known().insert(stream.clone(), *actual);
        }
    }

    fn of(&self, stream: &StreamId) -> StreamVersion {
        self.known().get(stream).copied().unwrap_or(StreamVersion::EMPTY)
    }
}

/// An append of a few events to a few streams, or now and then of many events.
pub(super) fn append(choices: &mut ChaCha8Rng, versions: &Versions, origin: Origin) -> Append {
    let of = if choices.random_ratio(1, 500) { MANY } else { choices.random_range(1..=3) };
    let streams: Vec<_> = (0..choices.random_range(1..=3)).map(|_| any_stream(choices)).collect();
    let events: Vec<_> = (0..of)
        .map(|nth| {
            let stream = &streams[choices.random_range(0..streams.len())];
            let event_type = event_type(TYPES[choices.random_range(0..TYPES.len())]);
            let tags = TAGS.iter().filter(|_| choices.random_ratio(1, 16)).map(|name| tag(name)).collect();
            Place { origin, nth, of }.event(stream, event_type, tags)
        })
        .collect();
    // In an order of their own, so that the same seed makes the same choices.
    let expected: BTreeMap<_, _> =
        events.iter().map(|event| (event.stream.as_str().to_owned(), event.stream.clone())).collect();
    let mut append = Append::new(events);
    for stream in expected.into_values() {
        let version = match choices.random_range(0..20) {
            0..=8 => continue,
            9..=17 => exactly(versions.of(&stream)),
            18 => ExpectedVersion::StreamExists,
            _ => ExpectedVersion::NoStream,
        };
        append = append.expect(stream, version);
    }
    append
}

const fn exactly(version: StreamVersion) -> ExpectedVersion {
    match version {
        StreamVersion::EMPTY => ExpectedVersion::NoStream,
        version => ExpectedVersion::Exact(version),
    }
}

/// Of two, the one of lower number, so that some are used far more often than others.
fn any_stream(choices: &mut ChaCha8Rng) -> StreamId {
    stream(choices.random_range(0..STREAMS).min(choices.random_range(0..STREAMS)))
}

/// What is wrong with a receipt: the versions are not those that were expected, or events are missing.
pub(super) fn contradiction(append: &Append, receipt: &Receipt) -> Option<String> {
    let mut counts: HashMap<&StreamId, u64> = HashMap::new();
    for event in &append.events {
        *counts.entry(&event.stream).or_default() += 1;
    }
    if counts.len() != receipt.written.len() {
        return Some(format!(
            "{} streams were written to, the receipt has {}",
            counts.len(),
            receipt.written.len()
        ));
    }
    for (stream, count) in counts {
        let Some(after) = receipt.version_of(stream) else {
            return Some(format!("stream {stream} was written to, and is not in the receipt"));
        };
        let before = StreamVersion::new(after.get().saturating_sub(count));
        let expected = append.expected.iter().find(|(expecting, _)| expecting == stream);
        if let Some((_, expected)) = expected.filter(|(_, expected)| !expected.is_met_by(before)) {
            return Some(format!(
                "stream {stream} was at {before}, and the append that expected {expected} was not refused"
            ));
        }
    }
    None
}
