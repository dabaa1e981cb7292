use super::{
    Payment, PaymentConfirmed, PaymentDeclined, PaymentRefunded, PaymentRequested, PaymentVoided,
    RefundRequested, state::Stage,
};
use crate::{
    money::Cents,
    order::{Card, OrderId},
};
use factum::prelude::*;

/// Has the payment service charge a card, once for an order.
#[derive(Clone, Debug, PartialEq, Command, Serialize, Deserialize)]
#[command(aggregate = Payment)]
pub struct RequestPayment {
    /// The order.
    #[command(target)]
    pub order: OrderId,
    /// How much.
    pub amount: Cents,
    /// Which card.
    pub card: Card,
}

/// The payment service has the money.
#[derive(Clone, Debug, PartialEq, Command, Serialize, Deserialize)]
#[command(aggregate = Payment)]
pub struct ConfirmPayment {
    /// The order.
    #[command(target)]
    pub order: OrderId,
}

/// The payment service gets no money.
#[derive(Clone, Debug, PartialEq, Command, Serialize, Deserialize)]
#[command(aggregate = Payment)]
pub struct DeclinePayment {
    /// The order.
    #[command(target)]
    pub order: OrderId,
}

/// Undoes a payment, whatever there is of it: one that was made goes back, and one that has not been answered is not
/// waited for.
#[derive(Clone, Debug, PartialEq, Command, Serialize, Deserialize)]
#[command(aggregate = Payment)]
pub struct VoidPayment {
    /// The order.
    #[command(target)]
    pub order: OrderId,
}

/// The payment service has given the money back.
#[derive(Clone, Debug, PartialEq, Command, Serialize, Deserialize)]
#[command(aggregate = Payment)]
pub struct ConfirmRefund {
    /// The order.
    #[command(target)]
    pub order: OrderId,
}

/// Nobody has asked for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("nobody has asked for that")]
pub struct NotRequested;

impl Handle<RequestPayment> for Payment {
    type Rejection = Never;

    fn handle(&self, command: &RequestPayment) -> Result<Events<Self>, Never> {
        let RequestPayment { order, amount, card } = *command;
        Ok(match self.stage {
            Stage::None => PaymentRequested { order, amount, card }.into(),
            _ => Events::none(),
        })
    }
}

impl Handle<ConfirmPayment> for Payment {
    type Rejection = NotRequested;

    fn handle(&self, command: &ConfirmPayment) -> Result<Events<Self>, NotRequested> {
        let (order, amount) = (command.order, self.amount);
        match self.stage {
            Stage::None => Err(NotRequested),
            Stage::Requested => Ok(PaymentConfirmed { order, amount }.into()),
            // Too late: nobody waits for it any more.
            Stage::Voided => {
                Ok(events![PaymentConfirmed { order, amount }, RefundRequested { order, amount }])
            }
            Stage::Confirmed | Stage::Declined | Stage::Returning | Stage::Refunded => Ok(Events::none()),
        }
    }
}

impl Handle<DeclinePayment> for Payment {
    type Rejection = NotRequested;

    fn handle(&self, command: &DeclinePayment) -> Result<Events<Self>, NotRequested> {
        match self.stage {
            Stage::None => Err(NotRequested),
            Stage::Requested => Ok(PaymentDeclined { order: command.order }.into()),
            _ => Ok(Events::none()),
        }
    }
}

impl Handle<VoidPayment> for Payment {
    type Rejection = Never;

    fn handle(&self, command: &VoidPayment) -> Result<Events<Self>, Never> {
        let (order, amount) = (command.order, self.amount);
        Ok(match self.stage {
            Stage::Requested => PaymentVoided { order }.into(),
            Stage::Confirmed => RefundRequested { order, amount }.into(),
            _ => Events::none(),
        })
    }
}

impl Handle<ConfirmRefund> for Payment {
    type Rejection = NotRequested;

    fn handle(&self, command: &ConfirmRefund) -> Result<Events<Self>, NotRequested> {
        let (order, amount) = (command.order, self.amount);
        match self.stage {
            Stage::Returning => Ok(PaymentRefunded { order, amount }.into()),
            Stage::Refunded => Ok(Events::none()),
            _ => Err(NotRequested),
        }
    }
}
