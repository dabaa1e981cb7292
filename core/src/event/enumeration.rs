use super::{CodecError, DecodeError, Encoded, Event, EventType, RecordedEvent};
use crate::topic::TopicRule;
use std::any::{TypeId, type_name};

/// The events that one aggregate or projection knows, as one type.
///
/// `#[derive(Aggregate)]` and `#[derive(Projection)]` generate one. A hand-written enum derives it with
/// `#[derive(Event)]`; each of its variants holds one event struct.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an enum of events",
    label = "this should be an enum of events",
    note = "write `#[derive(Event)]` on an enum whose variants each hold one event: `enum {Self} {{ Opened(Opened) }}`"
)]
pub trait EventEnum: Sized + Send + Sync + 'static {
    /// The events, in the order of the variants.
    const TYPES: &'static [EventDescriptor];

    /// What to store for this event.
    ///
    /// # Errors
    /// [`CodecError`] when the payload or a tag cannot be written.
    fn encode(&self) -> Result<Encoded, CodecError>;

    /// Reads a stored event back.
    ///
    /// # Errors
    /// [`DecodeError`] when its type is not one of [`EventEnum::TYPES`], or its payload does not fit that type.
    fn decode(event: &RecordedEvent) -> Result<Self, DecodeError>;

    /// The type names, to ask a store for just these events.
    #[must_use]
    fn types() -> Vec<EventType> {
        Self::TYPES.iter().map(EventDescriptor::event_type).collect()
    }
}

/// One event type as the code knows it.
#[derive(Clone, Copy, Debug)]
pub struct EventDescriptor {
    name: &'static str,
    version: u32,
    topic: TopicRule,
    rust_name: fn() -> &'static str,
    rust_type: fn() -> TypeId,
    check: fn(u32, &[u8]) -> Result<(), CodecError>,
}

impl EventDescriptor {
    /// Describes `E`.
    #[must_use]
    pub const fn of<E: Event>() -> Self {
        Self {
            name: E::TYPE,
            version: E::VERSION,
            topic: E::TOPIC,
            rust_name: type_name::<E>,
            rust_type: TypeId::of::<E>,
            check: |version, payload| E::decode(version, payload).map(drop),
        }
    }

    /// The stored type name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The version of the payload's shape that the code writes.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// Under which topic its events are published.
    #[must_use]
    pub const fn topic(&self) -> TopicRule {
        self.topic
    }

    /// The path of the Rust type.
    #[must_use]
    pub fn rust_name(&self) -> &'static str {
        (self.rust_name)()
    }

    /// The stored type name as a type of its own.
    #[must_use]
    pub fn event_type(&self) -> EventType {
        EventType::from_static(self.name)
    }

    /// Whether a payload of version `version` can be read.
    ///
    /// # Errors
    /// [`CodecError`] when it cannot.
    pub fn check(&self, version: u32, payload: &[u8]) -> Result<(), CodecError> {
        (self.check)(version, payload)
    }

    pub(super) fn rust_type(&self) -> TypeId {
        (self.rust_type)()
    }

    /// Whether two types of one enum share a stored name; the derive macros refuse that at compile time.
    #[doc(hidden)]
    #[must_use]
    pub const fn clash(types: &[Self]) -> bool {
        let mut i = 0;
        while i < types.len() {
            let mut j = i + 1;
            while j < types.len() {
                if same(types[i].name.as_bytes(), types[j].name.as_bytes()) {
                    return true;
                }
                j += 1;
            }
            i += 1;
        }
        false
    }
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}
