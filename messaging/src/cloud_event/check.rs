//! What the specification asks of values, [section "Type System"].
//!
//! [section "Type System"]: https://github.com/cloudevents/spec/blob/ce%40v1.0.2/cloudevents/spec.md#type-system

use super::{CloudEventError, Problem};

/// `String`: no control characters and no noncharacters. Rust's strings have no surrogates.
pub(super) fn text(attribute: &str, value: &str) -> Result<(), CloudEventError> {
    refuse(attribute, value, is_forbidden)
}

/// A `String` that has to have a character.
pub(super) fn some_text(attribute: &str, value: &str) -> Result<(), CloudEventError> {
    match value {
        "" => Err(CloudEventError::attribute(attribute, Problem::Empty)),
        value => text(attribute, value),
    }
}

/// `URI-reference`, as far as its characters go. Letters beyond ASCII are let through, for which RFC 3986 has escapes and
/// many producers do not.
pub(super) fn reference(attribute: &str, value: &str) -> Result<(), CloudEventError> {
    some_text(attribute, value)?;
    refuse(attribute, value, |c| {
        matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}') || c.is_whitespace()
    })
}

fn refuse(attribute: &str, value: &str, is_refused: fn(char) -> bool) -> Result<(), CloudEventError> {
    match value.char_indices().find(|(_, c)| is_refused(*c)) {
        Some((at, found)) => Err(CloudEventError::attribute(attribute, Problem::Character { found, at })),
        None => Ok(()),
    }
}

fn is_forbidden(c: char) -> bool {
    c.is_control() || is_noncharacter(c)
}

/// The 66 code points that [Unicode](https://www.unicode.org/faq/private_use.html#noncharacters) will never assign.
pub(super) fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}
