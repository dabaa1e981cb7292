use crate::{Error, port};

/// Where a server listens, the same after it was started again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ports {
    pub(super) amqp: u16,
    pub(super) management: u16,
    /// For other nodes of a cluster, of which there are none.
    pub(super) distribution: u16,
    /// Of a port mapper of its own: that of the system has nothing to do with it.
    pub(super) mapper: u16,
}

impl Ports {
    pub(super) fn free(amqp: u16) -> Result<Self, Error> {
        Ok(Self { amqp, management: port::one()?, distribution: port::one()?, mapper: port::one()? })
    }
}
