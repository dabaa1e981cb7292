//! What only generated code calls: each function asks for a trait that says what to write where it is missing.

use crate::{Invalid, event::Recorded, projection::Keys, query::Tag};
use std::{fmt::Display, str::FromStr};

/// What can be the value of a tag: all that prints.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a tag, since it does not print",
    label = "this field is marked as a tag",
    note = "write `#[derive(Id)]` on it if it is an id, or `impl std::fmt::Display for {Self}`"
)]
pub trait TagValue: Display {}

impl<T: Display + ?Sized> TagValue for T {}

/// The tag of a field.
///
/// # Errors
/// [`Invalid`] as for [`Tag::of`].
pub fn tag<T: TagValue + ?Sized>(name: &str, value: &T) -> Result<Tag, Invalid> {
    Tag::of(name, value)
}

/// What the key of a stream can be read as.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from the key of a stream",
    label = "the key of each document",
    note = "write `#[derive(Id)]` on it if it is an id, or `impl std::str::FromStr for {Self}`, with an error that prints"
)]
pub trait StreamKey: FromStr<Err: Display> {}

impl<T: FromStr<Err: Display>> StreamKey for T {}

/// The key of the document of the event's stream.
#[must_use]
pub fn key_of_stream<K: StreamKey, E>(event: &Recorded<E>) -> Keys<K> {
    Keys::of_stream(event)
}
