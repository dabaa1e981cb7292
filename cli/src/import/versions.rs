use crate::store::{EventReaderExt, Store, StoreError, StreamId, StreamVersion};
use std::{collections::HashMap, mem};
use tokio::task::JoinSet;

/// The versions of the streams that were used last.
///
/// In two generations of bounded size: a version that is used lives in the young one, and when that is full it becomes the
/// old one, whose streams that were not used meanwhile are forgotten. So the last [`Versions::generation`] streams are always
/// there, and never more than twice as many, at the cost of a map.
pub(super) struct Versions {
    store: Store,
    young: HashMap<StreamId, StreamVersion>,
    old: HashMap<StreamId, StreamVersion>,
    generation: usize,
}

/// About 10 MB with keys of 50 bytes.
const GENERATION: usize = 50_000;

/// Versions that are asked for at the same time, where the answer to each is a round trip.
const AT_ONCE: usize = 16;

impl Versions {
    pub(super) fn new(store: Store) -> Self {
        Self { store, young: HashMap::new(), old: HashMap::new(), generation: GENERATION }
    }

    pub(super) fn remembers(&self, stream: &StreamId) -> bool {
        self.young.contains_key(stream) || self.old.contains_key(stream)
    }

    /// Remembers the versions of `streams`, as the store has them.
    pub(super) async fn learn(&mut self, streams: Vec<StreamId>) -> Result<(), StoreError> {
        let mut streams = streams.into_iter();
        let mut asked = JoinSet::new();
        loop {
            for stream in streams.by_ref().take(AT_ONCE - asked.len()) {
                let store = self.store.clone();
                asked.spawn(async move { (store.stream_version(stream.clone()).await, stream) });
            }
            let Some(answer) = asked.join_next().await else { return Ok(()) };
            let (version, stream) = answer.map_err(|error| StoreError::new("reading a version", error))?;
            self.set(stream, version?);
        }
    }

    /// The version of `stream`, from the store if it is not remembered.
    pub(super) async fn of(&mut self, stream: &StreamId) -> Result<StreamVersion, StoreError> {
        if let Some(version) = self.young.get(stream) {
            return Ok(*version);
        }
        let version = match self.old.get(stream) {
            Some(version) => *version,
            None => self.store.stream_version(stream.clone()).await?,
        };
        self.set(stream.clone(), version);
        Ok(version)
    }

    pub(super) fn set(&mut self, stream: StreamId, version: StreamVersion) {
        if self.young.len() >= self.generation {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(stream, version);
    }

    /// Has the version read again when it is asked for next.
    pub(super) fn forget(&mut self, stream: &StreamId) {
        self.young.remove(stream);
        self.old.remove(stream);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use factum::MemoryStore;
    use std::sync::Arc;

    #[tokio::test]
    async fn it_keeps_the_latest_and_stays_bounded() {
        let mut versions = Versions { generation: 3, ..Versions::new(Arc::new(MemoryStore::new())) };
        let stream = |n: u64| format!("s-{n}").parse::<StreamId>().expect("a stream");
        for n in 1..=100 {
            versions.set(stream(n), StreamVersion::new(n));
            assert!(versions.young.len() + versions.old.len() <= 6);
        }
        // The store has no events: a version other than 0 is remembered.
        for n in 98..=100 {
            assert_eq!(versions.of(&stream(n)).await.expect("remembered").get(), n);
        }
        assert_eq!(versions.of(&stream(1)).await.expect("read"), StreamVersion::EMPTY);

        versions.set(stream(100), StreamVersion::new(101));
        assert_eq!(versions.of(&stream(100)).await.expect("remembered").get(), 101);
        versions.forget(&stream(100));
        assert_eq!(versions.of(&stream(100)).await.expect("read"), StreamVersion::EMPTY);
    }
}
