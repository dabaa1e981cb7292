use crate::{
    fulfilment::{PaymentOverdue, StockOverdue},
    inventory::{
        BackorderDropped, BackorderDue, StockDelivered, StockDispatched, StockReleased, StockReserved,
        StockShort,
    },
    order::{CancellationRequested, OrderCancelled, OrderCompleted, OrderId, OrderPlaced},
    payment::{
        PaymentConfirmed, PaymentDeclined, PaymentRefunded, PaymentRequested, PaymentVoided, RefundRequested,
    },
    provider::{ChargeRefused, Charged, ChargedLate, Returned},
    shipping::{ShipmentCancelled, ShipmentDispatched, ShipmentPrepared, ShipmentRefused},
};
use factum::prelude::*;

/// Everything that counts.
#[derive(Clone, Debug, Event)]
#[allow(missing_docs, reason = "each is documented where it is defined")]
pub(super) enum Fact {
    OrderPlaced(OrderPlaced),
    CancellationRequested(CancellationRequested),
    OrderCompleted(OrderCompleted),
    OrderCancelled(OrderCancelled),
    StockDelivered(StockDelivered),
    StockReserved(StockReserved),
    StockShort(StockShort),
    BackorderDue(BackorderDue),
    BackorderDropped(BackorderDropped),
    StockReleased(StockReleased),
    StockDispatched(StockDispatched),
    StockOverdue(StockOverdue),
    PaymentRequested(PaymentRequested),
    PaymentConfirmed(PaymentConfirmed),
    PaymentDeclined(PaymentDeclined),
    PaymentVoided(PaymentVoided),
    PaymentOverdue(PaymentOverdue),
    RefundRequested(RefundRequested),
    PaymentRefunded(PaymentRefunded),
    Charged(Charged),
    ChargedLate(ChargedLate),
    ChargeRefused(ChargeRefused),
    Returned(Returned),
    ShipmentPrepared(ShipmentPrepared),
    ShipmentRefused(ShipmentRefused),
    ShipmentCancelled(ShipmentCancelled),
    ShipmentDispatched(ShipmentDispatched),
}

impl Fact {
    /// Which order it is about, if it is about one.
    pub(super) const fn order(&self) -> Option<OrderId> {
        Some(match self {
            Self::StockDelivered(_) => return None,
            Self::OrderPlaced(fact) => fact.order,
            Self::CancellationRequested(fact) => fact.order,
            Self::OrderCompleted(fact) => fact.order,
            Self::OrderCancelled(fact) => fact.order,
            Self::StockReserved(fact) => fact.order,
            Self::StockShort(fact) => fact.order,
            Self::BackorderDue(fact) => fact.order,
            Self::BackorderDropped(fact) => fact.order,
            Self::StockReleased(fact) => fact.order,
            Self::StockDispatched(fact) => fact.order,
            Self::StockOverdue(fact) => fact.order,
            Self::PaymentRequested(fact) => fact.order,
            Self::PaymentConfirmed(fact) => fact.order,
            Self::PaymentDeclined(fact) => fact.order,
            Self::PaymentVoided(fact) => fact.order,
            Self::PaymentOverdue(fact) => fact.order,
            Self::RefundRequested(fact) => fact.order,
            Self::PaymentRefunded(fact) => fact.order,
            Self::Charged(fact) => fact.order,
            Self::ChargedLate(fact) => fact.order,
            Self::ChargeRefused(fact) => fact.order,
            Self::Returned(fact) => fact.order,
            Self::ShipmentPrepared(fact) => fact.order,
            Self::ShipmentRefused(fact) => fact.order,
            Self::ShipmentCancelled(fact) => fact.order,
            Self::ShipmentDispatched(fact) => fact.order,
        })
    }
}
