//! What only generated code calls: each function asks for a trait that says what to write where it is missing.

use crate::{Invalid, decider::AggregateId, event::Recorded, projection::Keys, query::Tag};
use std::{fmt::Display, marker::PhantomData, str::FromStr};

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

/// Tells whether `T` is the id of an aggregate: its own constant says so if it is, and otherwise that of [`NoId`].
#[derive(Debug)]
pub struct Probe<T: ?Sized>(PhantomData<T>);

impl<T: AggregateId + ?Sized> Probe<T> {
    /// It is.
    pub const IS_ID: bool = true;
}

/// What everything is that is not the id of an aggregate.
pub trait NoId {
    /// It is not.
    const IS_ID: bool = false;
}

impl<T: ?Sized> NoId for Probe<T> {}

/// Refuses a command of which two fields could be the target. Where the first is no id, that is said elsewhere.
///
/// # Panics
/// While compiling, when both are ids.
#[track_caller]
pub const fn one_target(first: bool, other: bool) {
    assert!(
        !(first && other),
        "several fields are ids of aggregates: write `#[command(target)]` on that of the aggregate that decides the command"
    );
}
