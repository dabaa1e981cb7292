use super::BoardEvent;
use crate::{
    money::Cents,
    order::{Country, OrderLine, Reason},
};
use factum::{Timestamp, prelude::*};

/// An order, as everybody who is not the order itself sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// How many events have changed it: the version of what is seen.
    pub version: u64,
    /// How far it is.
    pub status: Status,
    /// Why it was cancelled, if it was.
    pub reason: Option<Reason>,
    /// Whether money went back.
    pub refunded: bool,
    /// Whose it is.
    pub customer: String,
    /// Where it goes.
    pub country: Option<Country>,
    /// What was ordered.
    pub lines: Vec<OrderLine>,
    /// What it costs.
    pub total: Cents,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When something happened to it last.
    pub changed_at: Timestamp,
}

/// How far an order is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The customer has ordered.
    #[default]
    Placed,
    /// It waits for goods.
    BackOrdered,
    /// The goods are set aside, and the payment service is asked.
    Reserved,
    /// The money is there.
    Paid,
    /// The parcel is being packed.
    Packing,
    /// The parcel has left.
    Shipped,
    /// Nothing came of it.
    Cancelled,
}

impl Status {
    /// Whether nothing more happens to the order.
    #[must_use]
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Shipped | Self::Cancelled)
    }
}

impl Entry {
    /// Takes an event in.
    pub(super) fn take(&mut self, event: &Recorded<BoardEvent>) {
        self.version += 1;
        self.changed_at = event.time();
        self.status = match &event.event {
            BoardEvent::OrderPlaced(placed) => {
                self.customer.clone_from(&placed.customer);
                self.country = Some(placed.country.clone());
                self.lines.clone_from(&placed.lines);
                (self.total, self.placed_at) = (placed.total, event.time());
                Status::Placed
            }
            BoardEvent::StockShort(_) => Status::BackOrdered,
            BoardEvent::StockReserved(_) => Status::Reserved,
            // One that comes too late moves nothing.
            BoardEvent::PaymentConfirmed(_) if self.status.is_end() => self.status,
            BoardEvent::PaymentConfirmed(_) => Status::Paid,
            BoardEvent::ShipmentPrepared(_) => Status::Packing,
            BoardEvent::OrderCompleted(_) => Status::Shipped,
            BoardEvent::OrderCancelled(cancelled) => {
                self.reason = Some(cancelled.reason);
                Status::Cancelled
            }
            BoardEvent::PaymentRefunded(_) => {
                self.refunded = true;
                self.status
            }
        };
    }
}
