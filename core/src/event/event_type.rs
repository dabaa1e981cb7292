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
            // U+0080 to U+009F, which `EventType::new` refuses too, are C2 and 80 to 9F.
            let control = bytes[i].is_ascii_control() || (bytes[i] == 0xC2 && bytes[i + 1] < 0xA0);
            assert!(!control, "event type has a control character");
            i += 1;
        }
        Self(Text::Static(name))
    }
}

#[cfg(test)]
mod tests {
    use super::EventType;

    #[test]
    fn names_known_at_compile_time_are_checked_like_any_other() {
        let names =
            ["Opened", "W_Größe aanvraag", "\u{a0}", "\u{1f600}", "", "a\0", "a\u{7f}", "a\u{80}", "\u{9f}b"];
        for name in names {
            let known = std::panic::catch_unwind(|| EventType::from_static(name)).is_ok();
            assert_eq!(known, EventType::new(name).is_ok(), "{name:?}");
        }
    }
}
