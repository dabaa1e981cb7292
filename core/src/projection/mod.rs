//! Projections: events to a read model.

mod documents;
mod fold;
mod follow;
mod get;
mod inline;
mod keys;
mod lanes;
mod partition;
mod pieces;
mod project;
mod reactor;
mod recent;
mod remake;
mod view;

pub use self::{
    documents::Documents,
    follow::{Follow, Following, ReadModel},
    get::GetDocument,
    inline::{Begun, Inline, Inlined, ProjectInline, Reads},
    keys::{KeyError, Keys},
    lanes::Lanes,
    partition::{Parting, Partition},
    pieces::Pieces,
    project::{Project, ProjectionError},
    reactor::{Reaction, Reactor},
    recent::Recent,
    view::View,
};

use project::parting;

use crate::{
    event::EventEnum,
    query::{Query, QueryItem},
};

/// A read model: its name, its version and the events that it is made from.
///
/// Derive it: `#[derive(Projection)]` with `#[projection(name = "balances", events(Opened, Deposited))]`. What it
/// does with the events, a [`View`] or a [`Project`] says.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a projection",
    label = "this should be a projection",
    note = "write `#[derive(Projection)]` and `#[projection(name = \"…\", events(…))]` on it"
)]
pub trait Projection: Send + Sync + 'static {
    /// The events that it is made from; no others are delivered.
    type Event: EventEnum;

    /// Names the read model and its checkpoint. Only `a–z`, `0–9` and `_`, beginning with a letter.
    const NAME: &'static str;

    /// To be raised when the read model must be made anew from the first event; the new one has a place and a
    /// checkpoint of its own.
    const VERSION: u32 = 1;

    /// Which events: by default those of the types of [`Projection::Event`].
    fn query(&self) -> Query {
        // A query without types would match everything.
        const { assert!(!Self::Event::TYPES.is_empty(), "a projection needs at least one event") };
        QueryItem::types(Self::Event::types()).into()
    }
}
