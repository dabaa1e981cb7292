use super::{Incoming, TransportError};
use async_trait::async_trait;

/// What comes in for a consumer. Dropping it ends it: what was not settled is delivered again to others.
#[async_trait]
pub trait Feed: Send + 'static {
    /// The next message; waits until there is one, also while the broker is away. `None` once the transport was closed.
    ///
    /// # Cancellation
    /// Safe: a message that was not returned is returned by the next call.
    ///
    /// # Errors
    /// [`TransportError`] when the feed has ended, and to listen again may help or not, as the error says.
    async fn next(&mut self) -> Option<Result<Incoming, TransportError>>;
}
