use super::{
    PaymentConfirmed, PaymentDeclined, PaymentRefunded, PaymentRequested, PaymentVoided, RefundRequested,
};
use crate::{money::Cents, order::OrderId};
use factum::prelude::*;

/// The payment of an order.
#[derive(Aggregate, Clone, Debug, Default, PartialEq)]
#[aggregate(
    id = OrderId,
    shared_id,
    events(PaymentRequested, PaymentConfirmed, PaymentDeclined, PaymentVoided, RefundRequested, PaymentRefunded)
)]
pub struct Payment {
    pub(super) stage: Stage,
    pub(super) amount: Cents,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    #[default]
    None,
    Requested,
    Confirmed,
    Declined,
    Voided,
    /// The money is to go back.
    Returning,
    Refunded,
}

impl Apply<PaymentRequested> for Payment {
    fn apply(&mut self, event: &PaymentRequested) {
        (self.stage, self.amount) = (Stage::Requested, event.amount);
    }
}

impl Apply<PaymentConfirmed> for Payment {
    fn apply(&mut self, _: &PaymentConfirmed) {
        self.stage = Stage::Confirmed;
    }
}

impl Apply<PaymentDeclined> for Payment {
    fn apply(&mut self, _: &PaymentDeclined) {
        self.stage = Stage::Declined;
    }
}

impl Apply<PaymentVoided> for Payment {
    fn apply(&mut self, _: &PaymentVoided) {
        self.stage = Stage::Voided;
    }
}

impl Apply<RefundRequested> for Payment {
    fn apply(&mut self, _: &RefundRequested) {
        self.stage = Stage::Returning;
    }
}

impl Apply<PaymentRefunded> for Payment {
    fn apply(&mut self, _: &PaymentRefunded) {
        self.stage = Stage::Refunded;
    }
}
