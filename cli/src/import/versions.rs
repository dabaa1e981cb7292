use crate::store::{EventReaderExt, Store, StoreError, StreamId, StreamVersion};
use std::{collections::HashMap, mem};

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

impl Versions {
    pub(super) fn new(store: Store) -> Self {
        Self { store, young: HashMap::new(), old: HashMap::new(), generation: GENERATION }
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
