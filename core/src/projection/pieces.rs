use crate::event::Recorded;
use async_trait::async_trait;

/// The events of a batch, some at a time: those that have been used make room for those that follow, however large the
/// batch is.
#[async_trait]
pub trait Pieces<E>: Send {
    /// The next events, in position order; none at the end of the batch. What is left of them is dropped by the next call.
    async fn next(&mut self) -> &mut Vec<Recorded<E>>;
}
