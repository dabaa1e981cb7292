use super::{DecodeError, EventDescriptor, EventEnum, RecordedEvent};
use std::collections::BTreeMap;

/// The event types that a program knows, by stored name.
///
/// For tests and start-up checks: two Rust types that claim one stored name are a mistake that would otherwise
/// surface as unreadable events much later. It also answers whether a stored event can be read by this program.
///
/// ```
/// # use factum_core::{event::{Json, TypeRegistry}, Event};
/// # #[derive(serde::Serialize, serde::Deserialize)] struct Opened;
/// # impl Event for Opened { const TYPE: &'static str = "Opened"; type Codec = Json; }
/// let mut registry = TypeRegistry::new();
/// registry.add_event::<Opened>()?;
/// assert_eq!(registry.get("Opened").map(|t| t.version()), Some(1));
/// # Ok::<(), factum_core::event::TypeClash>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct TypeRegistry {
    types: BTreeMap<&'static str, EventDescriptor>,
}

impl TypeRegistry {
    /// One that knows nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { types: BTreeMap::new() }
    }

    /// Adds all events of `E`.
    ///
    /// # Errors
    /// [`TypeClash`] when another Rust type already has the stored name of one of them.
    pub fn add<E: EventEnum>(&mut self) -> Result<(), TypeClash> {
        E::TYPES.iter().try_for_each(|descriptor| self.insert(*descriptor))
    }

    /// Adds one event type.
    ///
    /// # Errors
    /// [`TypeClash`] as for [`TypeRegistry::add`].
    pub fn add_event<E: super::Event>(&mut self) -> Result<(), TypeClash> {
        self.insert(EventDescriptor::of::<E>())
    }

    /// The type with this stored name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&EventDescriptor> {
        self.types.get(name)
    }

    /// All types, by stored name.
    pub fn iter(&self) -> impl Iterator<Item = &EventDescriptor> {
        self.types.values()
    }

    /// Whether this program can read `event`.
    ///
    /// # Errors
    /// [`DecodeError`] when the type is not known or the payload does not fit it.
    pub fn check(&self, event: &RecordedEvent) -> Result<(), DecodeError> {
        let descriptor =
            self.get(event.event_type.as_str()).ok_or_else(|| DecodeError::unknown_type(event))?;
        descriptor.check(event.type_version, &event.payload).map_err(|e| DecodeError::payload(event, e))
    }

    fn insert(&mut self, new: EventDescriptor) -> Result<(), TypeClash> {
        let known = self.types.entry(new.name()).or_insert(new);
        if known.rust_type() == new.rust_type() {
            return Ok(());
        }
        Err(TypeClash { name: new.name(), known: known.rust_name(), new: new.rust_name() })
    }
}

/// Two Rust types claim one stored name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("event type {name:?} is claimed by {known} and by {new}; give one of them `#[event(name = \"…\")]`")]
#[non_exhaustive]
pub struct TypeClash {
    /// The stored name.
    pub name: &'static str,
    /// The Rust type that has it already.
    pub known: &'static str,
    /// The Rust type that claims it too.
    pub new: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EventType, NewEvent, Position, StreamId, StreamVersion, event::Json};
    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize)]
    struct Opened {
        owner: String,
    }

    #[derive(Serialize, Deserialize)]
    struct AlsoOpened;

    impl super::super::Event for Opened {
        const TYPE: &'static str = "Opened";
        type Codec = Json;
    }

    impl super::super::Event for AlsoOpened {
        const TYPE: &'static str = "Opened";
        type Codec = Json;
    }

    fn stored(name: &'static str, payload: &'static str) -> RecordedEvent {
        let stream = StreamId::new("account", "7").expect("a stream");
        let event = NewEvent::new(stream, EventType::from_static(name), payload);
        event.recorded(Position::new(9), StreamVersion::FIRST, chrono::DateTime::UNIX_EPOCH)
    }

    #[test]
    fn one_name_cannot_be_two_types() {
        let mut registry = TypeRegistry::new();
        registry.add_event::<Opened>().expect("the first");
        registry.add_event::<Opened>().expect("the same again");
        let clash = registry.add_event::<AlsoOpened>().expect_err("another");
        assert_eq!(clash.name, "Opened");
        assert!(clash.known.ends_with("::Opened") && clash.new.ends_with("::AlsoOpened"), "{clash}");
        assert_eq!(registry.iter().count(), 1);
    }

    #[test]
    fn it_knows_what_can_be_read() {
        let mut registry = TypeRegistry::new();
        registry.add_event::<Opened>().expect("the first");
        assert!(registry.check(&stored("Opened", r#"{"owner":"Ada"}"#)).is_ok());
        assert!(!registry.check(&stored("Opened", "{}")).expect_err("no owner").is_unknown_type());
        let unknown = registry.check(&stored("Closed", "{}")).expect_err("unknown");
        assert!(unknown.is_unknown_type());
        assert_eq!(unknown.position, Position::new(9));
    }
}
