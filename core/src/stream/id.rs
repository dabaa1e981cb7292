use crate::{
    Invalid,
    invalid::{Field, Reason, check},
    limits,
};
use foldhash::fast::RandomState;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{
    borrow::Cow,
    cell::Cell,
    cmp::Ordering,
    fmt::{self, Write as _},
    hash::{BuildHasher, Hash, Hasher},
    str::FromStr,
    sync::{Arc, LazyLock},
};

/// What the hashes of ids are made with: another one in each process, so that nobody can choose ids that share theirs.
static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::default);

thread_local! {
    /// What ids are printed to before their length is known, so that each takes one allocation. Only ids that are not too
    /// long come back to it.
    static PRINTED: Cell<String> = const { Cell::new(String::new()) };
}

/// What kind of thing a stream is the history of, such as `account`. It has no `-`, which separates it from the key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Category(Arc<str>);

impl Category {
    /// Checks and keeps a copy of `name`.
    ///
    /// # Errors
    /// [`Invalid`] when it is empty, longer than [`limits::CATEGORY_BYTES`], or has a `-` or a control character.
    pub fn new(name: impl AsRef<str>) -> Result<Self, Invalid> {
        let name = name.as_ref();
        check_category(name)?;
        Ok(Self(name.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_category(name: &str) -> Result<(), Invalid> {
    check(Field::Category, name, limits::CATEGORY_BYTES)?;
    match name.bytes().position(|byte| byte == b'-') {
        Some(at) => Err(Invalid::new(Field::Category, Reason::Character { found: '-', at })),
        None => Ok(()),
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Category({:?})", self.0)
    }
}

impl FromStr for Category {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        Self::new(name)
    }
}

impl<'de> Deserialize<'de> for Category {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Cow::<'de, str>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Names a stream: a category and a key, printed `category-key`.
///
/// Cloning copies a pointer. The key may contain `-`, the category may not, so that the printed form can be read back.
///
/// ```
/// use factum_core::StreamId;
///
/// let id: StreamId = "account-7f-01".parse()?;
/// assert_eq!((id.category(), id.key()), ("account", "7f-01"));
/// assert_eq!(id, StreamId::new("account", "7f-01")?);
/// # Ok::<(), factum_core::Invalid>(())
/// ```
#[derive(Clone)]
pub struct StreamId {
    printed: Arc<str>,
    /// The hash of `printed`. Made once, since a command looks its stream up in many places; it takes no space beside
    /// the length of the category.
    hash: u32,
    /// Bytes of the category; fits, since a category has at most [`limits::CATEGORY_BYTES`].
    category: u16,
}

impl StreamId {
    /// The stream of `key` in `category`.
    ///
    /// # Errors
    /// [`Invalid`] when the category is not one ([`Category::new`]), or the key is empty, longer than
    /// [`limits::STREAM_KEY_BYTES`] or has a control character.
    pub fn new(category: &str, key: &str) -> Result<Self, Invalid> {
        Self::of(category, key)
    }

    /// The stream whose key is what `key` prints.
    ///
    /// # Errors
    /// [`Invalid`] as for [`StreamId::new`].
    pub fn of(category: &str, key: impl fmt::Display) -> Result<Self, Invalid> {
        check_category(category)?;
        // Taken, not borrowed: a key may make another id while it is printed.
        let mut printed = PRINTED.take();
        printed.clear();
        printed.push_str(category);
        printed.push('-');
        // Printing to a string does not fail, unless the key's own code says so, and then it has no key.
        if write!(printed, "{key}").is_err() {
            return Err(Invalid::new(Field::StreamKey, Reason::Encoding("printing it failed".to_owned())));
        }
        check(Field::StreamKey, &printed[category.len() + 1..], limits::STREAM_KEY_BYTES)?;
        let hash = HASHER.hash_one(printed.as_bytes()) as u32;
        let id = Self { printed: printed.as_str().into(), hash, category: category.len() as u16 };
        PRINTED.set(printed);
        Ok(id)
    }

    /// The category.
    #[must_use]
    pub fn category(&self) -> &str {
        &self.printed[..usize::from(self.category)]
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.printed[usize::from(self.category) + 1..]
    }

    /// Whether the two share one text in memory, as clones do.
    #[must_use]
    pub fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.printed, &other.printed)
    }

    /// `category-key`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.printed
    }
}

/// By what is printed, which has one category only.
impl PartialEq for StreamId {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
            && (Arc::ptr_eq(&self.printed, &other.printed) || self.printed == other.printed)
    }
}

impl Eq for StreamId {}

impl PartialOrd for StreamId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for StreamId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.printed.cmp(&other.printed)
    }
}

impl Hash for StreamId {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u32(self.hash);
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.printed)
    }
}

impl fmt::Debug for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StreamId({:?})", self.printed)
    }
}

impl FromStr for StreamId {
    type Err = Invalid;

    fn from_str(printed: &str) -> Result<Self, Invalid> {
        match printed.split_once('-') {
            Some((category, key)) => Self::new(category, key),
            None if printed.is_empty() => Err(Invalid::new(Field::StreamId, Reason::Empty)),
            None => Err(Invalid::new(Field::StreamId, Reason::NoSeparator)),
        }
    }
}

impl Serialize for StreamId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.printed)
    }
}

impl<'de> Deserialize<'de> for StreamId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_reads_back() {
        for (category, key) in
            [("a", "b"), ("account", "x-y-z"), ("konto", "größe \u{1f600} '\"; --"), ("a b", "-")]
        {
            let id = StreamId::new(category, key).expect("valid");
            assert_eq!(id.to_string().parse::<StreamId>().expect("printed form"), id);
            assert_eq!((id.category(), id.key()), (category, key));
        }
    }

    #[test]
    fn what_cannot_be_kept_faithfully_is_refused_by_name() {
        let long = "k".repeat(limits::STREAM_KEY_BYTES + 1);
        for (category, key, message) in [
            ("", "k", "category is empty"),
            ("a-b", "k", "category has the character '-' at byte 1"),
            ("a", "", "stream key is empty"),
            ("a", "b\0", "stream key has the character '\\0' at byte 1"),
            ("a", long.as_str(), "stream key has 1025 bytes, the limit is 1024"),
        ] {
            assert_eq!(StreamId::new(category, key).expect_err("refused").to_string(), message);
        }
        assert_eq!("account".parse::<StreamId>().expect_err("refused").field(), Field::StreamId);
    }
}
