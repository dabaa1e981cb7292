use super::{Violations, log::Entry};
use crate::record::Condition;
use factum_core::StreamId;
use std::collections::HashMap;

/// Where the events of each stream, and those that conditions ask for, have come to.
#[derive(Debug, Default)]
pub(super) struct Order {
    versions: HashMap<StreamId, u64>,
    /// The last position of what matches each question, in the rounds before.
    last: HashMap<Question, u64>,
    /// All of them in this round.
    positions: HashMap<Question, Vec<u64>>,
}

/// A tag, a type, or both.
type Question = (Option<String>, Option<String>);

impl Order {
    /// Versions of a stream have no gaps, and rise with positions.
    pub(super) fn verify(&mut self, entries: &[Entry], found: &mut Violations) {
        for entry in entries {
            let Entry { position, place, stream, version, .. } = entry;
            let last = self.versions.entry(stream.clone()).or_default();
            if *version != *last + 1 {
                found.out_of_order(format!(
                    "{place} at position {position} is version {version} of {stream}, after version {last}"
                ));
            }
            *last = *version;
            for question in questions(entry) {
                self.positions.entry(question).or_default().push(*position);
            }
        }
    }

    /// An event that should have kept an append from being written whose first position is `own`.
    pub(super) fn matching(&self, condition: &Condition, own: u64) -> Option<u64> {
        let question = (condition.tag.clone(), condition.event_type.clone());
        let earlier = self.last.get(&question).copied().filter(|position| *position > condition.after);
        earlier.or_else(|| {
            let positions = self.positions.get(&question)?;
            let next = positions.partition_point(|position| *position <= condition.after);
            positions.get(next).copied().filter(|position| *position < own)
        })
    }

    /// The round is over.
    pub(super) fn remember(&mut self, entries: &[Entry]) {
        self.positions.clear();
        for entry in entries {
            self.last.extend(questions(entry).map(|question| (question, entry.position)));
        }
    }
}

fn questions(entry: &Entry) -> impl Iterator<Item = Question> {
    let event_type = entry.event_type.as_str();
    let mut tags: Vec<_> = entry.tags.iter().map(|tag| tag.as_str()).collect();
    tags.sort_unstable();
    tags.dedup();
    let with_tags = tags.into_iter().flat_map(move |tag| {
        [(Some(tag.to_owned()), None), (Some(tag.to_owned()), Some(event_type.to_owned()))]
    });
    with_tags.chain([(None, Some(event_type.to_owned()))])
}
