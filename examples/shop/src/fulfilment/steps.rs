use super::{PackingDone, PaymentOverdue, StockOverdue};
use crate::{
    inventory::{BackorderDue, DispatchStock, ReleaseStock, ReserveStock, StockReserved, StockShort},
    order::{CancelOrder, CancellationRequested, CompleteOrder, OrderId, OrderLine, OrderPlaced, Reason},
    payment::{PaymentConfirmed, PaymentDeclined, RequestPayment, VoidPayment},
    shipping::{
        CancelShipment, DispatchShipment, PrepareShipment, ShipmentDispatched, ShipmentPrepared,
        ShipmentRefused,
    },
};
use factum::prelude::*;
use std::time::Duration;

/// The fulfilment of an order.
#[derive(ProcessManager, Clone, Debug, Default, Serialize, Deserialize)]
#[process(
    name = "fulfilment",
    key = OrderId,
    events(
        OrderPlaced, CancellationRequested,
        StockReserved, StockShort, BackorderDue, StockOverdue,
        PaymentConfirmed, PaymentDeclined, PaymentOverdue,
        ShipmentPrepared, ShipmentRefused, PackingDone, ShipmentDispatched,
    ),
    key(order),
    starts(OrderPlaced),
    commands(
        ReserveStock, ReleaseStock, DispatchStock,
        RequestPayment, VoidPayment,
        PrepareShipment, CancelShipment, DispatchShipment,
        CompleteOrder, CancelOrder,
    )
)]
pub struct Fulfilment {
    placed: Option<OrderPlaced>,
    step: Step,
    /// Whether the order has a deadline for its goods.
    waits: bool,
}

/// Which steps were begun, and so have to be undone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Step {
    #[default]
    Reserve,
    Charge,
    Ship,
    /// The parcel is with the carrier: nothing can be undone.
    Done,
}

/// The names of its deadlines.
const STOCK: &str = "stock";
const PAYMENT: &str = "payment";
const PACKING: &str = "packing";

impl Fulfilment {
    fn reserve(&self, next: &mut Next<'_, Self>) {
        if let Some(OrderPlaced { order, lines, .. }) = &self.placed {
            next.send(ReserveStock { order: *order, lines: lines.iter().map(OrderLine::line).collect() });
        }
    }

    /// From here on it is too late to cancel.
    fn dispatch(&mut self, next: &mut Next<'_, Self>) {
        self.step = Step::Done;
        next.send(DispatchShipment { order: *next.key() });
    }

    /// Undoes what was begun, the last first, and ends.
    ///
    /// It waits for no answer. The commands of a process are carried out one after the other, so what was sent before has
    /// happened by then, and each knows what there is to undo.
    fn undo(&self, reason: Reason, next: &mut Next<'_, Self>) {
        let order = *next.key();
        if self.step >= Step::Ship {
            next.send(CancelShipment { order });
        }
        if self.step >= Step::Charge {
            next.send(VoidPayment { order });
        }
        next.send(ReleaseStock { order });
        next.send(CancelOrder { order, reason });
        next.end();
    }
}

impl React<OrderPlaced> for Fulfilment {
    fn react(&mut self, event: &OrderPlaced, next: &mut Next<'_, Self>) {
        self.placed = Some(event.clone());
        self.reserve(next);
    }
}

impl React<StockShort> for Fulfilment {
    fn react(&mut self, event: &StockShort, next: &mut Next<'_, Self>) {
        let Some(placed) = &self.placed else { return };
        // From the first time on: whoever tries again and gets nothing waits no longer than others.
        if !self.waits {
            self.waits = true;
            next.schedule(STOCK, placed.terms.wait_for_stock(), StockOverdue { order: event.order });
        }
    }
}

impl React<BackorderDue> for Fulfilment {
    fn react(&mut self, _: &BackorderDue, next: &mut Next<'_, Self>) {
        self.reserve(next);
    }
}

impl React<StockOverdue> for Fulfilment {
    fn react(&mut self, _: &StockOverdue, next: &mut Next<'_, Self>) {
        self.undo(Reason::OutOfStock, next);
    }
}

impl React<StockReserved> for Fulfilment {
    fn react(&mut self, event: &StockReserved, next: &mut Next<'_, Self>) {
        let Some(OrderPlaced { total, card, terms, .. }) = self.placed else { return };
        let order = event.order;
        next.cancel(STOCK);
        self.step = Step::Charge;
        next.send(RequestPayment { order, amount: total, card });
        next.schedule(PAYMENT, terms.pay_within(), PaymentOverdue { order });
    }
}

impl React<PaymentDeclined> for Fulfilment {
    fn react(&mut self, _: &PaymentDeclined, next: &mut Next<'_, Self>) {
        self.undo(Reason::PaymentDeclined, next);
    }
}

impl React<PaymentOverdue> for Fulfilment {
    fn react(&mut self, _: &PaymentOverdue, next: &mut Next<'_, Self>) {
        self.undo(Reason::PaymentTimedOut, next);
    }
}

impl React<PaymentConfirmed> for Fulfilment {
    fn react(&mut self, event: &PaymentConfirmed, next: &mut Next<'_, Self>) {
        let Some(placed) = &self.placed else { return };
        next.cancel(PAYMENT);
        self.step = Step::Ship;
        next.send(PrepareShipment { order: event.order, country: placed.country.clone() });
    }
}

impl React<ShipmentRefused> for Fulfilment {
    fn react(&mut self, _: &ShipmentRefused, next: &mut Next<'_, Self>) {
        self.undo(Reason::Undeliverable, next);
    }
}

impl React<ShipmentPrepared> for Fulfilment {
    fn react(&mut self, event: &ShipmentPrepared, next: &mut Next<'_, Self>) {
        let packing = self.placed.as_ref().map_or(Duration::ZERO, |placed| placed.terms.packing());
        if packing.is_zero() {
            self.dispatch(next);
        } else {
            next.schedule(PACKING, packing, PackingDone { order: event.order });
        }
    }
}

impl React<PackingDone> for Fulfilment {
    fn react(&mut self, _: &PackingDone, next: &mut Next<'_, Self>) {
        self.dispatch(next);
    }
}

impl React<ShipmentDispatched> for Fulfilment {
    fn react(&mut self, event: &ShipmentDispatched, next: &mut Next<'_, Self>) {
        next.send(DispatchStock { order: event.order });
        next.send(CompleteOrder { order: event.order });
        next.end();
    }
}

impl React<CancellationRequested> for Fulfilment {
    fn react(&mut self, _: &CancellationRequested, next: &mut Next<'_, Self>) {
        if self.step < Step::Done {
            self.undo(Reason::ByCustomer, next);
        }
    }
}
