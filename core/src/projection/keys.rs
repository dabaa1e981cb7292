use crate::{StreamId, event::Recorded};
use std::{fmt, str::FromStr};

/// The keys of the documents that an event changes: none, one or several.
///
/// A view that cannot tell the key of an event says so with an error; the event is then not passed over in silence.
#[derive(Debug)]
pub struct Keys<K>(Result<Some<K>, StreamKeyError>);

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
        K: FromStr<Err: fmt::Display>,
    {
        Self(event.stream().key().parse().map(Some::One).map_err(|why: K::Err| StreamKeyError {
            stream: event.stream().clone(),
            expected: std::any::type_name::<K>(),
            why: why.to_string(),
        }))
    }

    /// The keys.
    ///
    /// # Errors
    /// [`StreamKeyError`] when a stream's key is not a key of the view.
    pub fn into_vec(self) -> Result<Vec<K>, StreamKeyError> {
        Ok(match self.0? {
            Some::One(key) => vec![key],
            Some::Many(keys) => keys,
        })
    }
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

/// A stream's key could not be read as a view's key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key of stream {stream} is not a {expected}: {why}")]
#[non_exhaustive]
pub struct StreamKeyError {
    /// The stream.
    pub stream: StreamId,
    /// The Rust type of the view's key.
    pub expected: &'static str,
    /// What reading it said.
    pub why: String,
}
