use crate::{
    payment::{PaymentRequested, RefundRequested},
    provider::{AnswerDue, ChargeRefused, Charged, ChargedLate, Returned, ServiceStarted, ServiceStopped},
};
use factum::{messaging::Publish, prelude::*};

/// What the shop asks of the payment service.
#[derive(Clone, Debug, Event)]
#[allow(missing_docs, reason = "each is documented where it is defined")]
pub enum Asked {
    PaymentRequested(PaymentRequested),
    RefundRequested(RefundRequested),
    /// The switch is on the shop's page.
    ServiceStopped(ServiceStopped),
    ServiceStarted(ServiceStarted),
}

/// What the payment service answers.
#[derive(Clone, Debug, Event)]
#[allow(missing_docs, reason = "each is documented where it is defined")]
pub enum Answered {
    Charged(Charged),
    ChargedLate(ChargedLate),
    AnswerDue(AnswerDue),
    ChargeRefused(ChargeRefused),
    Returned(Returned),
}

/// Publishes what the shop asks.
#[derive(Clone, Copy, Debug, Projection)]
#[projection(name = "shop_out", event = Asked)]
pub struct ShopOut;

/// Takes it into the log of the payment service.
#[derive(Clone, Copy, Debug, Projection)]
#[projection(name = "payments_in", event = Asked)]
pub struct PaymentsIn;

/// Publishes what the payment service answers.
#[derive(Clone, Copy, Debug, Projection)]
#[projection(name = "payments_out", event = Answered)]
pub struct PaymentsOut;

/// Takes it into the log of the shop.
#[derive(Clone, Copy, Debug, Projection)]
#[projection(name = "shop_in", event = Answered)]
pub struct ShopIn;

impl Publish for ShopOut {}
impl Publish for PaymentsOut {}
