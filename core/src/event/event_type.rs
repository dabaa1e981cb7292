use crate::{
    invalid::Field,
    limits,
    text::{Text, text_newtype},
};

text_newtype! {
    /// The stored name of an event's type, such as `account.opened`.
    ///
    /// Cloning is cheap. The version of the payload's shape is kept beside it, not in it.
    EventType, Field::EventType, limits::EVENT_TYPE_BYTES
}

impl EventType {
    /// A name known at compile time.
    ///
    /// # Panics
    /// When the name is empty, too long or has an ASCII control character: at compile time in a `const`.
    #[must_use]
    pub const fn from_static(name: &'static str) -> Self {
        let bytes = name.as_bytes();
        assert!(!bytes.is_empty(), "event type is empty");
        assert!(bytes.len() <= limits::EVENT_TYPE_BYTES, "event type is too long");
        let mut i = 0;
        while i < bytes.len() {
            assert!(!bytes[i].is_ascii_control(), "event type has a control character");
            i += 1;
        }
        Self(Text::Static(name))
    }
}
