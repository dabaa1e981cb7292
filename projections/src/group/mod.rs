//! Consumer groups: several processes pull the events of one log, each event from one of them.
//!
//! All who [join](ConsumerGroup::join) a group of the same name over the same log share its **partitions**, as the nodes of a
//! [runner](crate::runner) do: by leases, with an epoch for whoever is given one. A member pulls [deliveries](Delivery), each
//! of consecutive events of one partition, and acknowledges them, which moves the partition's checkpoint.
//!
//! A group is for whoever wants to decide itself when the next events come: a worker with a loop of its own, a relay. A
//! [`Reactor`](factum_core::projection::Reactor) is called instead, and has a quarantine.
//!
//! # Guarantees
//! - **At least once.** What was not acknowledged is delivered again: to the same member after a pause that grows, or to
//!   whoever has the partition next.
//! - **In order.** The events of a stream are in one partition, and the next delivery of a partition comes when the one before
//!   has been acknowledged.
//! - **Fenced.** A member that has lost a partition, and does not know yet, cannot move its checkpoint
//!   ([`AdvanceError::Fenced`](factum_core::checkpoint::AdvanceError::Fenced)).
//! - **Bounded.** A member has no more deliveries in hand than [it allows](ConsumerGroup::unacknowledged); then
//!   [`Member::next`] waits.
//!
//! # Caller's duties
//! What the world outside is told twice, it must be able to recognise: by [`RecordedEvent::id`], for example. A delivery that is
//! neither acknowledged nor dropped keeps its partition from going on, and from going to another member.
//!
//! [`RecordedEvent::id`]: factum_core::RecordedEvent::id

mod delivery;
mod duty;
mod error;
mod member;
mod offer;
mod options;
mod part;

pub use self::{delivery::Delivery, error::GroupError, member::Member, options::ConsumerGroup};
