use super::Decider;
use crate::{Invalid, StreamId};
use std::fmt::Display;

/// A decider over the events of one stream: the unit of consistency.
///
/// Derive it: `#[derive(Aggregate, Clone, Default)]` with `#[aggregate(id = AccountId, events(Opened,
/// Deposited))]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an aggregate",
    label = "this should be an aggregate",
    note = "write `#[derive(Aggregate, Clone, Default)]` and `#[aggregate(id = AccountId, events(…))]` on it"
)]
pub trait Aggregate: Decider {
    /// The category of its streams.
    const CATEGORY: &'static str;

    /// What its streams are keyed by; printed, it is the stream's key.
    type Id: Display;

    /// The stream of the aggregate with this id.
    ///
    /// # Errors
    /// [`Invalid`] when the id does not print as a stream's key.
    fn stream(id: &Self::Id) -> Result<StreamId, Invalid> {
        StreamId::of(Self::CATEGORY, id)
    }
}

/// An id that belongs to one aggregate, so that a command finds the aggregate through it.
///
/// `#[derive(Aggregate)]` implements it for the type given as `id`, unless that is a primitive type, a `String` or a
/// `Uuid`, or the attribute says `shared_id`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which aggregate it identifies",
    label = "this should be the id of one aggregate",
    note = "the first field of a command is the id of its aggregate; write `#[command(target)]` on another one if that is the id",
    note = "write `#[command(aggregate = …)]` on the command, or give the aggregate an id type of its own: `#[derive(Id)] struct AccountId(String);`"
)]
pub trait AggregateId: Display {
    /// The aggregate.
    type Aggregate: super::Aggregate<Id = Self>;
}
