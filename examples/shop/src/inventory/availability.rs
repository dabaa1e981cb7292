use super::{StockDelivered, StockReleased, StockReserved, StockShort};
use crate::{catalogue::ProductId, line::Line, order::OrderId};
use factum::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How many can be reserved of the products that a command names. Of other products, which are in the same orders, it knows
/// only some of what happened, and nobody asks.
#[derive(Decider, Clone, Debug, Default, PartialEq)]
#[decider(events(StockDelivered, StockReserved, StockReleased, StockShort))]
pub struct Availability {
    free: BTreeMap<ProductId, i64>,
    reserved: BTreeSet<OrderId>,
}

impl Availability {
    fn free(&self, product: &ProductId) -> i64 {
        self.free.get(product).copied().unwrap_or_default()
    }

    fn change(&mut self, line: &Line, sign: i64) {
        *self.free.entry(line.product.clone()).or_default() += sign * i64::from(line.quantity);
    }
}

impl Apply<StockDelivered> for Availability {
    fn apply(&mut self, event: &StockDelivered) {
        *self.free.entry(event.product.clone()).or_default() += i64::from(event.quantity);
    }
}

impl Apply<StockReserved> for Availability {
    fn apply(&mut self, event: &StockReserved) {
        event.lines.iter().for_each(|line| self.change(line, -1));
        self.reserved.insert(event.order);
    }
}

impl Apply<StockReleased> for Availability {
    fn apply(&mut self, event: &StockReleased) {
        event.lines.iter().for_each(|line| self.change(line, 1));
    }
}

/// It changes nothing, but is decided here: so it too is written only if nothing has come in between, and whoever waits
/// is seen by everything that comes in afterwards.
impl Apply<StockShort> for Availability {
    fn apply(&mut self, _: &StockShort) {}
}

/// Sets everything aside that an order needs, or has the order wait if anything of it is missing.
#[derive(Clone, Debug, PartialEq, Command, Serialize, Deserialize)]
#[command(decider = Availability, stream = "reservation")]
pub struct ReserveStock {
    /// The order.
    #[command(tag)]
    pub order: OrderId,
    /// What it needs.
    #[command(tag = "product")]
    pub lines: Vec<Line>,
}

impl Handle<ReserveStock> for Availability {
    type Rejection = Never;

    fn handle(&self, command: &ReserveStock) -> Result<Events<Self>, Never> {
        let ReserveStock { order, lines } = command.clone();
        if self.reserved.contains(&order) {
            return Ok(Events::none());
        }
        let short = |line: &Line| {
            let missing = i64::from(line.quantity) - self.free(&line.product);
            let missing = u32::try_from(missing.min(i64::from(line.quantity))).unwrap_or_default();
            (missing > 0).then(|| Line { product: line.product.clone(), quantity: missing })
        };
        let missing: Vec<_> = lines.iter().filter_map(short).collect();
        Ok(match missing.is_empty() {
            true => StockReserved { order, lines }.into(),
            false => StockShort { order, lines, missing }.into(),
        })
    }
}
