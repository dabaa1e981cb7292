use crate::{
    Invalid, StreamId,
    event::Recorded,
    invalid::{Field, check},
    limits,
};
use std::{
    collections::HashSet,
    fmt::{Display, Write as _},
    str::FromStr,
};

/// The keys of the documents that an event changes: none, one or several.
///
/// A view that cannot tell the key of an event says so with an error; the event is then not passed over in silence.
#[derive(Debug)]
pub struct Keys<K>(Result<Some<K>, KeyError>);

/// One key is by far the most frequent case, and needs no allocation.
#[derive(Debug)]
enum Some<K> {
    One(K),
    Many(Vec<K>),
}

impl<K> Keys<K> {
    /// The event changes no document.
    #[must_use]
    pub const fn none() -> Self {
        Self(Ok(Some::Many(Vec::new())))
    }

    /// The event changes one document.
    #[must_use]
    pub const fn one(key: K) -> Self {
        Self(Ok(Some::One(key)))
    }

    /// The event changes several documents.
    #[must_use]
    pub fn many(keys: impl IntoIterator<Item = K>) -> Self {
        Self(Ok(Some::Many(keys.into_iter().collect())))
    }

    /// The event changes the document of its stream: the stream's key, read as `K`.
    #[must_use]
    pub fn of_stream<E>(event: &Recorded<E>) -> Self
    where
        K: FromStr<Err: Display>,
    {
        Self(event.stream().key().parse().map(Some::One).map_err(|why: K::Err| KeyError::Stream {
            stream: event.stream().clone(),
            expected: std::any::type_name::<K>(),
            why: why.to_string(),
        }))
    }

    /// The keys and what they are printed as, which is what documents are kept under. A document that is named twice is
    /// still one, changed once. For whoever folds a view.
    ///
    /// # Errors
    /// [`KeyError`] when the stream's key is not a key of the view, or a key cannot be that of a document.
    pub fn printed(self) -> Result<Vec<(String, K)>, KeyError>
    where
        K: Display,
    {
        let mut printed = Vec::new();
        self.each(&mut String::new(), |text, key| printed.push((text.to_owned(), key)))?;
        Ok(printed)
    }

    /// Calls `with` for what [`Keys::printed`] gives. Prints into `text`, which the caller keeps between events.
    pub(super) fn each(self, text: &mut String, mut with: impl FnMut(&str, K)) -> Result<(), KeyError>
    where
        K: Display,
    {
        match self.0? {
            Some::One(key) => {
                print(&key, text)?;
                with(text, key);
            }
            Some::Many(keys) => {
                let mut seen = HashSet::with_capacity(keys.len());
                for key in keys {
                    print(&key, text)?;
                    if seen.insert(text.clone()) {
                        with(text, key);
                    }
                }
            }
        }
        Ok(())
    }
}

fn print(key: &impl Display, text: &mut String) -> Result<(), Invalid> {
    text.clear();
    write!(text, "{key}").expect("text can be written to a String");
    check(Field::DocumentKey, text, limits::DOCUMENT_KEY_BYTES)
}

impl<K> From<K> for Keys<K> {
    fn from(key: K) -> Self {
        Self::one(key)
    }
}

impl<K> From<Option<K>> for Keys<K> {
    fn from(key: Option<K>) -> Self {
        key.map_or_else(Self::none, Self::one)
    }
}

/// An event does not give the key of a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The key of its stream is not one of the view's.
    #[error("the key of stream {stream} is not a {expected}: {why}")]
    #[non_exhaustive]
    Stream {
        /// The stream.
        stream: StreamId,
        /// The Rust type of the view's key.
        expected: &'static str,
        /// What reading it said.
        why: String,
    },
    /// Printed, it cannot be the key of a document.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The event belongs to one partition by its stream, and changes a document of another one. A view of which that is true
    /// can be parted by its documents only: its [`KEYS_OF_STREAM`](super::View::KEYS_OF_STREAM) has to be false.
    #[error("stream {stream} and document {key:?}, which its events change, are in different partitions")]
    #[non_exhaustive]
    Elsewhere {
        /// The stream.
        stream: StreamId,
        /// The document's key.
        key: String,
    },
}
