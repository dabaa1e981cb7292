//! What is known about an event beside its payload.

use crate::{
    Invalid,
    id::uuid_newtype,
    invalid::{Field, Reason, check_length},
    limits,
};
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{
    collections::BTreeMap,
    fmt,
    ops::{Deref, DerefMut},
};

uuid_newtype! {
    /// Shared by everything that one request from outside has set off.
    CorrelationId
}

uuid_newtype! {
    /// The event or command that directly caused this one.
    CausationId
}

/// What is known about an event beside its payload: where it came from and for whom.
///
/// Empty metadata takes no space in a store, and that of a pointer in memory, where events come by the thousand. What is
/// set can be read and written as fields of [`Known`].
///
/// ```
/// use factum_core::Metadata;
///
/// let mut metadata = Metadata::default().with("channel", "branch");
/// metadata.actor = Some("clerk-7".into());
/// assert_eq!(metadata.get("channel"), Some(&"branch".into()));
/// ```
#[derive(Clone, Default)]
pub struct Metadata(Option<Box<Known>>);

/// The fields of [`Metadata`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Known {
    /// Shared by everything that one request from outside has set off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<CorrelationId>,
    /// The event or command that directly caused this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<CausationId>,
    /// Who did it: a user, a service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// For whom, where one installation serves several customers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The `traceparent` of [W3C Trace Context](https://www.w3.org/TR/trace-context/).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// What the command was called that caused it, if it was sent with an idempotency key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The idempotency key that the command was sent with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// The application's own fields.
    #[serde(default, flatten)]
    pub fields: BTreeMap<String, serde_json::Value>,
}

static NOTHING: Known = Known {
    correlation_id: None,
    causation_id: None,
    actor: None,
    tenant: None,
    traceparent: None,
    command: None,
    idempotency_key: None,
    fields: BTreeMap::new(),
};

const TYPED: [&str; 7] =
    ["correlation_id", "causation_id", "actor", "tenant", "traceparent", "command", "idempotency_key"];

impl Metadata {
    /// Adds a field of the application's own. The names of the typed fields (`actor` and so on) are theirs alone;
    /// metadata with a second field of such a name is refused when it is written.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        self.fields.insert(name.into(), value.into());
        self
    }

    /// A field of the application's own.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&serde_json::Value> {
        self.fields.get(name)
    }

    /// Whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|known| **known == NOTHING)
    }

    /// The bytes that a store keeps; none for empty metadata.
    ///
    /// # Errors
    /// [`Invalid`] when they are more than [`limits::METADATA_BYTES`], a field has the name of a typed field, or a value
    /// would not read back as it is.
    pub fn to_bytes(&self) -> Result<Option<Bytes>, Invalid> {
        if self.is_empty() {
            return Ok(None);
        }
        if let Some(name) = TYPED.iter().find(|name| self.fields.contains_key(**name)) {
            return Err(Invalid::new(Field::Metadata, Reason::Reserved(name)));
        }
        let bytes = serde_json::to_vec(self)
            .map_err(|e| Invalid::new(Field::Metadata, Reason::Encoding(e.to_string())))?;
        check_length(Field::Metadata, bytes.len(), limits::METADATA_BYTES)?;
        // JSON that is nested too deeply can be written and not read, and one such event would be in the way of all
        // that follow it. A map with one field of a name that is private to serde_json is read as something else.
        if !self.fields.is_empty() {
            let why = match Self::from_bytes(&bytes) {
                Ok(read) if read == *self => return Ok(Some(bytes.into())),
                Ok(_) => "it would not read back as it was written".to_owned(),
                Err(error) => error.to_string(),
            };
            return Err(Invalid::new(Field::Metadata, Reason::Encoding(why)));
        }
        Ok(Some(bytes.into()))
    }

    /// Reads back what [`Metadata::to_bytes`] gave.
    ///
    /// # Errors
    /// When the bytes are not metadata.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

impl Deref for Metadata {
    type Target = Known;

    fn deref(&self) -> &Known {
        self.0.as_deref().unwrap_or(&NOTHING)
    }
}

impl DerefMut for Metadata {
    fn deref_mut(&mut self) -> &mut Known {
        self.0.get_or_insert_default()
    }
}

impl PartialEq for Metadata {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Metadata").field(&**self).finish()
    }
}

impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Known::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let known = Known::deserialize(deserializer)?;
        Ok(Self((known != NOTHING).then(|| Box::new(known))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let mut metadata = Metadata::default().with("n", 1).with("none", ());
        metadata.actor = Some("ada".into());
        let bytes = metadata.to_bytes().expect("valid").expect("not empty");
        assert_eq!(Metadata::from_bytes(&bytes).expect("metadata"), metadata);
        assert_eq!(Metadata::default().to_bytes(), Ok(None));
    }

    #[test]
    fn what_was_set_and_unset_again_is_nothing() {
        let mut metadata = Metadata::default().with("n", 1);
        metadata.actor = Some("ada".into());
        metadata.actor = None;
        metadata.fields.clear();
        assert!(metadata.is_empty());
        assert_eq!((metadata.to_bytes(), &metadata), (Ok(None), &Metadata::default()));
        assert_eq!(std::mem::size_of::<Metadata>(), std::mem::size_of::<usize>());
    }

    #[test]
    fn a_second_actor_is_refused_rather_than_unreadable() {
        for name in TYPED {
            let refused = Metadata::default().with(name, "x").to_bytes().expect_err("refused");
            assert_eq!(
                refused.to_string(),
                format!("metadata has a field {name:?}, which is a typed field's name")
            );
        }
    }
}
