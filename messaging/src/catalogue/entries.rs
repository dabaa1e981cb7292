use super::shape::Shape;
use factum_core::{EventEnum, RecordedEvent, Timestamp, topic::TopicRule};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of the events of a log. See the [module](super).
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// By type.
    pub(super) entries: BTreeMap<String, Entry>,
}

/// What is known of one type.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    /// By category.
    pub(super) categories: BTreeMap<String, u64>,
    /// By version of the payload.
    pub(super) versions: BTreeMap<u32, Shape>,
    /// The names of its tags: what is before the first colon.
    pub(super) tags: BTreeSet<String>,
    /// As the code says, if it was asked.
    pub(super) topic: TopicRule,
    pub(super) count: u64,
    /// When the first and the last one happened, of those that were looked at.
    pub(super) times: Option<(Timestamp, Timestamp)>,
}

impl Catalogue {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes note of an event.
    pub fn observe(&mut self, event: &RecordedEvent) {
        let entry = self.entries.entry(event.event_type.to_string()).or_default();
        *entry.categories.entry(event.stream.category().to_owned()).or_default() += 1;
        entry.versions.entry(event.type_version).or_default().observe(&event.payload);
        let names =
            event.tags.iter().map(|tag| tag.as_str().split(':').next().unwrap_or_default().to_owned());
        entry.tags.extend(names);
        entry.count += 1;
        let (first, last) = entry.times.unwrap_or((event.time, event.time));
        entry.times = Some((first.min(event.time), last.max(event.time)));
    }

    /// Adds the event types of `E`, of streams of `category`, with the topics under which they are published, although none of them may
    /// have happened yet.
    pub fn add<E: EventEnum>(&mut self, category: &str) {
        for of in E::TYPES {
            let entry = self.entries.entry(of.name().to_owned()).or_default();
            entry.categories.entry(category.to_owned()).or_default();
            entry.versions.entry(of.version()).or_default();
            entry.topic = of.topic();
        }
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many types are in it.
    #[must_use]
    pub fn types(&self) -> usize {
        self.entries.len()
    }
}

impl Entry {
    /// That of the newest version.
    pub(super) fn newest(&self) -> Option<(u32, &Shape)> {
        self.versions.iter().next_back().map(|(version, shape)| (*version, shape))
    }
}
