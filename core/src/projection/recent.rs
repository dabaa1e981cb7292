use crate::{
    StoreError,
    sink::{Collection, DocumentReader},
};
use bytes::Bytes;
use foldhash::{HashMap, HashMapExt as _};
use std::fmt;

/// The documents of a view as its owner has written them last, so that the next batch need not read them back.
///
/// They are those of the sink for as long as nobody else writes them, which the epoch of the checkpoint sees to: the
/// owner is the only one who commits, and a commit after it was deposed is refused. So it begins empty with each claim of
/// the checkpoint, and is dropped with the first commit that fails.
pub struct Recent {
    /// As JSON; `None` for a document that does not exist. Not as values: what a batch begins with is what was
    /// stored, wherever a batch ends.
    bodies: HashMap<String, Option<Bytes>>,
    /// Whether there are no documents but these; `None` while nobody has looked.
    all: Option<bool>,
    /// About how much memory they take.
    bytes: usize,
    /// Of which generation of the read model.
    generation: u32,
}

/// Beyond so many bytes the memory begins anew.
const MOST_BYTES: usize = 8 * 1_024 * 1_024;
/// What a document takes beside its key and its body.
const BESIDE: usize = 96;

impl Recent {
    /// One that remembers nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::of(0)
    }

    /// One that remembers nothing, of a generation of the read model.
    #[must_use]
    pub fn of(generation: u32) -> Self {
        Self { bodies: HashMap::new(), all: None, bytes: 0, generation }
    }

    /// Which generation of the read model it is of.
    #[must_use]
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// Looks once whether there are documents at all: in a new read model none has to be read until some are forgotten.
    pub(crate) async fn look(
        &mut self,
        reader: &impl DocumentReader,
        collection: &Collection,
    ) -> Result<(), StoreError> {
        if self.all.is_none() {
            self.all = Some(reader.scan(collection, None, 1).await?.is_empty());
        }
        Ok(())
    }

    /// The documents with these keys, at the same index; read from `reader` where they are not remembered.
    pub(crate) async fn load(
        &self,
        reader: &impl DocumentReader,
        collection: &Collection,
        keys: &[&str],
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        let mut unknown = Vec::new();
        let otherwise = (self.all == Some(true)).then_some(None);
        let known = |key: &&str| self.bodies.get(*key).cloned().or_else(|| otherwise.clone());
        let mut bodies: Vec<_> = keys.iter().map(known).collect();
        for (key, _) in keys.iter().zip(&bodies).filter(|(_, body)| body.is_none()) {
            unknown.push((*key).to_owned());
        }
        if !unknown.is_empty() {
            let read = reader.load(collection, unknown).await?;
            bodies
                .iter_mut()
                .filter(|body| body.is_none())
                .zip(read)
                .for_each(|(body, read)| *body = Some(read));
        }
        Ok(bodies.into_iter().map(Option::flatten).collect())
    }

    /// Remembers what is going to be committed.
    pub(crate) fn keep(&mut self, key: &str, body: Option<&Bytes>) {
        let length = |body: Option<&Bytes>| body.map_or(0, Bytes::len);
        match self.bodies.get_mut(key) {
            Some(known) => {
                self.bytes = self.bytes + length(body) - length(known.as_ref());
                *known = body.cloned();
            }
            None => {
                self.bytes += key.len() + length(body) + BESIDE;
                self.bodies.insert(key.to_owned(), body.cloned());
            }
        }
        if self.bytes > MOST_BYTES {
            *self = Self { all: Some(false), ..Self::of(self.generation) };
        }
    }
}

impl Default for Recent {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Recent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recent").field("documents", &self.bodies.len()).field("bytes", &self.bytes).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::Document;
    use async_trait::async_trait;
    use futures_util::FutureExt as _;

    /// Has a document for every key; or none, and then is not to be asked for one.
    struct Documents {
        every: bool,
    }

    const EVERY: Documents = Documents { every: true };
    const NOTHING: Documents = Documents { every: false };

    #[async_trait]
    impl DocumentReader for Documents {
        async fn load(&self, _: &Collection, keys: Vec<String>) -> Result<Vec<Option<Bytes>>, StoreError> {
            assert!(self.every, "asked for {keys:?}");
            Ok(keys.into_iter().map(|key| Some(Bytes::from(key))).collect())
        }

        async fn scan(
            &self,
            _: &Collection,
            _: Option<String>,
            _: usize,
        ) -> Result<Vec<Document>, StoreError> {
            Ok(self.every.then(|| Document::new("a", Bytes::from("a"))).into_iter().collect())
        }
    }

    fn now<T>(future: impl Future<Output = Result<T, StoreError>>) -> T {
        future.now_or_never().expect("nothing to wait for").expect("a sink that does not fail")
    }

    fn every() -> Collection {
        Collection::new("every", 1).expect("a collection")
    }

    fn load(recent: &Recent, keys: [&str; 3]) -> Vec<Option<Bytes>> {
        now(recent.load(&EVERY, &every(), &keys))
    }

    #[test]
    fn only_what_is_not_known_is_read() {
        let mut recent = Recent::new();
        now(recent.look(&EVERY, &every()));
        recent.keep("b", Some(&Bytes::from("mine")));
        recent.keep("c", None);
        assert_eq!(load(&recent, ["a", "b", "c"]), [Some("a".into()), Some("mine".into()), None]);
    }

    #[test]
    fn nothing_is_read_where_there_was_nothing_until_something_is_forgotten() {
        let mut recent = Recent::new();
        now(recent.look(&NOTHING, &every()));
        recent.keep("b", Some(&Bytes::from("mine")));
        let known = now(recent.load(&NOTHING, &every(), &["a", "b"]));
        assert_eq!(known, [None, Some("mine".into())]);
        recent.keep("d", Some(&Bytes::from(vec![b' '; MOST_BYTES])));
        now(recent.look(&NOTHING, &every()));
        assert_eq!(load(&recent, ["a", "b", "c"]).iter().flatten().count(), 3);
    }

    #[test]
    fn its_memory_is_bounded() {
        let mut recent = Recent::new();
        let large = Bytes::from(vec![b' '; MOST_BYTES / 2 - BESIDE - 1]);
        for key in ["a", "b", "a", "b"] {
            recent.keep(key, Some(&large));
        }
        assert_eq!(recent.bytes, MOST_BYTES);
        recent.keep("c", None);
        assert_eq!((recent.bytes, recent.bodies.len()), (0, 0));
        assert_eq!(load(&recent, ["a", "b", "c"]).iter().flatten().count(), 3);
    }
}
