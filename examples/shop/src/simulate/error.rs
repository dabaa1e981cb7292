use crate::{audit::ReadError, inventory::TooMuch, order::Refused, store::StockError};
use factum::{StoreError, bus::LoadError, prelude::*, projections::WaitError};

/// A simulation could not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimulateError {
    /// The shop could not be stocked.
    #[error(transparent)]
    Stock(#[from] StockError),
    /// Goods could not be delivered.
    #[error("delivering goods")]
    Delivery(#[from] SendError<TooMuch>),
    /// A customer was refused.
    #[error("sending what a customer wants")]
    Customer(#[from] SendError<Refused>),
    /// A cart could not be opened.
    #[error("opening a cart")]
    Cart(#[from] SendError<Never>),
    /// An order could not be read.
    #[error("reading an order")]
    Load(#[from] LoadError),
    /// A country is none.
    #[error("{0}")]
    Country(&'static str),
    /// The log could not be followed.
    #[error(transparent)]
    Follow(#[from] StoreError),
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The read models do not come as far as the log.
    #[error(transparent)]
    Wait(#[from] WaitError),
}

impl SimulateError {
    /// Whether it may go well when it is done again: the store did not answer, or not in time.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Delivery(error) => passes(error),
            Self::Customer(error) => passes(error),
            Self::Cart(error) => passes(error),
            Self::Load(LoadError::Store(error)) => error.is_transient(),
            _ => false,
        }
    }
}

fn passes<E>(error: &SendError<E>) -> bool {
    match error {
        SendError::Conflict(_) | SendError::OutcomeUnknown(_) | SendError::TimedOut(_) => true,
        SendError::Store(error) => error.is_transient(),
        _ => false,
    }
}
