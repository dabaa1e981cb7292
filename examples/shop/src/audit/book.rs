use super::fact::Fact;
use crate::{
    line::Line,
    money::Cents,
    order::{Card, OrderId, OrderLine, Reason},
};
use std::collections::BTreeMap;

/// What the log says of an order.
#[derive(Clone, Debug, Default)]
pub(super) struct Book {
    /// What was ordered.
    pub(super) lines: Option<Vec<Line>>,
    pub(super) total: Cents,
    /// How often it has ended, and how: once, if all is well.
    pub(super) completed: u64,
    pub(super) cancelled: Vec<Reason>,
    /// What is set aside for it.
    pub(super) held: Option<Vec<Line>>,
    pub(super) was_reserved: bool,
    pub(super) waits: bool,
    pub(super) has_waited: bool,
    pub(super) dispatched: Vec<Line>,
    pub(super) parcels: u64,
    /// What the shop believes of the money.
    pub(super) confirmed: Cents,
    pub(super) refunded: Cents,
    /// Whether the payment service is asked for the money, and is going to say something.
    pub(super) is_asked: bool,
    /// What the payment service did.
    pub(super) charges: u64,
    pub(super) charged: Cents,
    pub(super) returned: Cents,
    /// How many steps were undone.
    pub(super) undone: u64,
}

impl Book {
    pub(super) fn note(&mut self, fact: &Fact) {
        match fact {
            Fact::OrderPlaced(placed) => {
                self.lines = Some(placed.lines.iter().map(OrderLine::line).collect());
                self.total = placed.total;
            }
            Fact::OrderCompleted(_) => self.completed += 1,
            Fact::OrderCancelled(cancelled) => self.cancelled.push(cancelled.reason),
            Fact::StockReserved(reserved) => {
                self.held = Some(reserved.lines.clone());
                (self.was_reserved, self.waits) = (true, false);
            }
            Fact::StockShort(_) => (self.waits, self.has_waited) = (true, true),
            Fact::BackorderDropped(_) => {
                self.waits = false;
                self.undone += 1;
            }
            Fact::StockReleased(_) => {
                self.held = None;
                self.undone += 1;
            }
            Fact::StockDispatched(dispatched) => {
                self.held = None;
                self.dispatched.extend(dispatched.lines.iter().cloned());
            }
            Fact::ShipmentDispatched(_) => self.parcels += 1,
            Fact::ShipmentCancelled(_) | Fact::PaymentVoided(_) | Fact::RefundRequested(_) => {
                self.undone += 1;
            }
            Fact::PaymentRequested(requested) => self.is_asked = requested.card != Card::Silent,
            Fact::ChargeRefused(_) => self.is_asked = false,
            Fact::PaymentConfirmed(confirmed) => self.confirmed += confirmed.amount,
            Fact::PaymentRefunded(refunded) => self.refunded += refunded.amount,
            Fact::Charged(charged) => self.charge(charged.amount),
            Fact::ChargedLate(charged) => self.charge(charged.amount),
            Fact::Returned(returned) => self.returned += returned.amount,
            _ => {}
        }
    }

    fn charge(&mut self, amount: Cents) {
        self.is_asked = false;
        self.charges += 1;
        self.charged += amount;
    }

    /// Whether something is still to come: an end, an answer of the payment service, or a refund.
    pub(super) fn is_open(&self) -> bool {
        self.lines.is_some()
            && (self.ends() == 0
                || self.held.is_some()
                || self.is_asked
                || self.charged != self.confirmed
                || self.charged.0 - self.returned.0.min(self.charged.0) != self.kept().0
                || self.returned != self.refunded)
    }

    const fn ends(&self) -> u64 {
        self.completed + self.cancelled.len() as u64
    }

    /// What of the customer's money the shop should have in the end.
    pub(super) const fn kept(&self) -> Cents {
        if self.completed > 0 { self.total } else { Cents(0) }
    }

    /// What is wrong, now that nothing is to come any more.
    pub(super) fn wrong(&self, order: OrderId) -> Vec<String> {
        let Some(lines) = &self.lines else { return vec![format!("{order} was never placed")] };
        let mut wrong = Vec::new();
        let mut must = |holds: bool, what: String| {
            if !holds {
                wrong.push(format!("{order} {what}"));
            }
        };
        must(self.ends() == 1, format!("has {} ends", self.ends()));
        must(self.held.is_none(), "has a reservation left".to_owned());
        must(!self.waits, "waits for goods still".to_owned());
        must(self.charges <= 1, format!("was charged {} times", self.charges));
        must(
            self.charged == self.confirmed,
            format!("was charged {}, and {} is known", self.charged, self.confirmed),
        );
        must(
            self.returned == self.refunded,
            format!("got {} back, and {} is known", self.returned, self.refunded),
        );
        let balance = i128::from(self.charged.0) - i128::from(self.returned.0);
        must(
            balance == i128::from(self.kept().0),
            format!("has paid {balance} cents for {} cents", self.kept().0),
        );
        let shipped = if self.completed > 0 { quantities(lines) } else { BTreeMap::new() };
        must(
            quantities(&self.dispatched) == shipped,
            "was sent something else than it should have".to_owned(),
        );
        must(self.parcels == self.completed, format!("was sent {} parcels", self.parcels));
        wrong
    }
}

pub(super) fn quantities(lines: &[Line]) -> BTreeMap<&str, u64> {
    let mut quantities = BTreeMap::new();
    for line in lines {
        *quantities.entry(line.product.as_ref().as_str()).or_default() += u64::from(line.quantity);
    }
    quantities
}
