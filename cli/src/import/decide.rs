use super::{
    batch::{BadLine, Entry},
    present,
    versions::Versions,
};
use crate::store::{Append, ExpectedVersion, Store, StoreError, StreamId, StreamVersion};
use std::collections::{HashMap, HashSet};

/// What is to be done with the lines of a batch, given the versions of their streams.
pub(super) struct Decision<'a> {
    /// To be appended, in the order of the file.
    pub(super) append: Vec<&'a Entry>,
    /// What their streams are at before and after the append.
    pub(super) streams: Vec<(&'a StreamId, Span)>,
    /// How many lines are in the log already.
    pub(super) skipped: u64,
    pub(super) bad: Vec<BadLine>,
    /// Whether streams were taken to be new without asking. If one is not, the append is a conflict; but what is said of lines
    /// that are not appended may be wrong.
    pub(super) assumes: bool,
}

/// The version of a stream before and after an append.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) before: StreamVersion,
    pub(super) after: StreamVersion,
}

impl<'a> Decision<'a> {
    /// With `assumes`, a stream that is not remembered and begins here is not asked for.
    pub(super) async fn of(
        entries: &'a [Entry],
        versions: &mut Versions,
        store: &Store,
        assumes: bool,
    ) -> Result<Self, StoreError> {
        let mut assumed = HashSet::new();
        let mut unknown = HashSet::new();
        for entry in entries {
            let stream = &entry.event.stream;
            if versions.remembers(stream) || assumed.contains(stream) {
                continue;
            }
            if assumes && entry.version == StreamVersion::FIRST && !unknown.contains(stream) {
                assumed.insert(stream);
            } else {
                unknown.insert(stream);
            }
        }
        versions.learn(unknown.into_iter().cloned().collect()).await?;
        let mut spans: HashMap<&StreamId, Span> = HashMap::new();
        let mut append: Vec<&Entry> = Vec::new();
        let mut present = Vec::new();
        let mut bad = Vec::new();
        let mut repeated = 0;
        for entry in entries {
            let stream = &entry.event.stream;
            if !spans.contains_key(stream) {
                let version = match assumed.contains(stream) {
                    true => StreamVersion::EMPTY,
                    false => versions.of(stream).await?,
                };
                spans.insert(stream, Span { before: version, after: version });
            }
            let span = spans.get_mut(stream).expect("it was just put there");
            if entry.version <= span.before {
                present.push(entry);
            } else if entry.version == span.after.next() {
                span.after = entry.version;
                append.push(entry);
            } else if entry.version > span.after {
                bad.push(entry.bad(gap(stream, span.after, entry.version)));
            } else if append.iter().any(|other| other.is_place_of(entry) && other.event.id == entry.event.id)
            {
                repeated += 1;
            } else {
                bad.push(entry.bad(another(entry)));
            }
        }
        let absent = present::check(&present, store).await?;
        let skipped = repeated + (present.len() - absent.len()) as u64;
        bad.extend(absent.into_iter().map(|entry| entry.bad(another(entry))));
        bad.sort_by_key(|bad| bad.line);
        let streams = spans.into_iter().filter(|(_, span)| span.after != span.before).collect();
        Ok(Self { append, streams, skipped, bad, assumes: !assumed.is_empty() })
    }

    /// One append for the whole batch, so that its events keep the order that they have in the file.
    pub(super) fn to_append(&self) -> Append {
        let mut append = Append::new(self.append.iter().map(|entry| entry.event.clone()));
        let expected = self
            .streams
            .iter()
            .map(|(stream, span)| ((*stream).clone(), ExpectedVersion::Exact(span.before)));
        append.expected.extend(expected);
        append
    }
}

impl Entry {
    fn is_place_of(&self, other: &Self) -> bool {
        self.version == other.version && self.event.stream == other.event.stream
    }
}

fn another(entry: &Entry) -> String {
    format!("stream {} has another event at version {}", entry.event.stream, entry.version)
}

fn gap(stream: &StreamId, at: StreamVersion, found: StreamVersion) -> String {
    let (first, last) = (at.next().get(), found.get() - 1);
    let missing = match first == last {
        true => format!("version {first} is missing"),
        false => format!("versions {first} to {last} are missing"),
    };
    match at {
        StreamVersion::EMPTY => {
            format!("stream {stream} has no events and the line has version {found}: {missing}")
        }
        at => format!("stream {stream} is at version {at} and the line has version {found}: {missing}"),
    }
}
