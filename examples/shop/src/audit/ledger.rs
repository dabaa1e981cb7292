use super::{book::Book, exchange::Exchange, fact::Fact};
use crate::{
    catalogue::ProductId,
    inventory::StockDelivered,
    line::Line,
    money::Cents,
    order::{OrderId, Reason},
};
use factum::{
    EventEnum, EventReader, Position, Query, QueryItem, StoreError,
    event::DecodeError,
    prelude::*,
    store::{EventReaderExt, ReadLog},
};
use futures_util::TryStreamExt as _;
use std::{collections::BTreeMap, pin::pin};

/// The books, as far as the log has been read.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    read: Position,
    pub(super) events: u64,
    pub(super) orders: BTreeMap<OrderId, Book>,
    pub(super) products: BTreeMap<ProductId, Pile>,
    /// What was wrong while it was read.
    pub(super) wrong: Vec<String>,
    pub(super) counts: Counts,
    /// If the payment service has a log of its own.
    pub(super) exchange: Option<Exchange>,
}

/// What the log says of a product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pile {
    pub(super) delivered: i64,
    pub(super) reserved: i64,
    pub(super) dispatched: i64,
}

/// How often something has happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Deadlines that have passed: payments that were not answered, and goods that did not come.
    pub timeouts: u64,
    /// Orders of which something was undone.
    pub compensated: u64,
    /// Steps that were undone.
    pub undone: u64,
    /// Orders that were told to wait for goods.
    pub back_orders: u64,
    /// Those of them that got their goods.
    pub filled: u64,
    /// Refunds of payments that the shop had given up.
    pub late: u64,
    /// Cancelled orders, by reason.
    pub cancelled: BTreeMap<Reason, u64>,
}

impl Ledger {
    /// The books of a shop whose payment service is another program, on the log of which `payments` is.
    #[must_use]
    pub fn with_payments(payments: App) -> Self {
        Self { exchange: Some(Exchange::with(payments)), ..Self::default() }
    }

    /// Reads on from where it was, to the end of the log.
    ///
    /// # Errors
    /// [`ReadError`]; what was read before it counts.
    pub async fn read_on(&mut self, log: &(impl EventReader + ?Sized)) -> Result<(), ReadError> {
        let everything = Query::any_of([QueryItem::types(Fact::types())]);
        let request = ReadLog::new(everything).after(self.read).limit(10_000);
        let mut events = pin!(log.log_events(request));
        while let Some(event) = events.try_next().await? {
            let position = event.position;
            self.note(&event.decode::<Fact>()?.event);
            (self.read, self.events) = (position, self.events + 1);
        }
        if let Some(exchange) = &mut self.exchange {
            exchange.read_on(log).await?;
        }
        Ok(())
    }

    fn note(&mut self, fact: &Fact) {
        match fact {
            Fact::StockDelivered(StockDelivered { product, quantity }) => {
                self.products.entry(product.clone()).or_default().delivered += i64::from(*quantity);
            }
            Fact::StockReserved(reserved) => self.pile(&reserved.lines, |pile, n| pile.reserved += n),
            Fact::StockReleased(released) => self.pile(&released.lines, |pile, n| pile.reserved -= n),
            Fact::StockDispatched(dispatched) => self.pile(&dispatched.lines, |pile, n| {
                pile.reserved -= n;
                pile.dispatched += n;
            }),
            Fact::PaymentOverdue(_) | Fact::StockOverdue(_) => self.counts.timeouts += 1,
            _ => {}
        }
        if let Some(order) = fact.order() {
            let book = self.orders.entry(order).or_default();
            if let (Fact::PaymentConfirmed(_), false) = (fact, book.cancelled.is_empty()) {
                self.counts.late += 1;
            }
            book.note(fact);
        }
    }

    fn pile(&mut self, lines: &[Line], change: impl Fn(&mut Pile, i64)) {
        for line in lines {
            let pile = self.products.entry(line.product.clone()).or_default();
            change(pile, i64::from(line.quantity));
            if pile.reserved < 0 || pile.delivered - pile.dispatched < pile.reserved {
                self.wrong.push(format!(
                    "at some time, more of {} was promised than there was: {pile:?}",
                    line.product
                ));
            }
        }
    }

    /// How many orders something is still to come for, and how much is on its way between two programs.
    #[must_use]
    pub fn open(&self) -> usize {
        let under_way = self.exchange.as_ref().map_or(0, Exchange::under_way);
        self.orders.values().filter(|book| book.is_open()).count() + under_way
    }

    /// How many orders have ended, whatever is still to come.
    #[must_use]
    pub fn ended(&self) -> usize {
        self.orders.values().filter(|book| book.completed > 0 || !book.cancelled.is_empty()).count()
    }

    pub(super) fn sum(&self, of: impl Fn(&Book) -> Cents) -> Cents {
        self.orders.values().map(of).sum()
    }

    /// How often something has happened.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = self.counts.clone();
        for book in self.orders.values() {
            counts.undone += book.undone;
            counts.compensated += u64::from(book.undone > 0);
            counts.back_orders += u64::from(book.has_waited);
            counts.filled += u64::from(book.has_waited && book.was_reserved);
            for reason in &book.cancelled {
                *counts.cancelled.entry(*reason).or_default() += 1;
            }
        }
        counts
    }
}

/// The log could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It has an event that this program does not know.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A read model cannot be read.
    #[error("reading a read model")]
    Model(#[from] AskError),
}
