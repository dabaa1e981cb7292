use super::{BackorderDropped, BackorderDue, StockDelivered, StockReleased, StockReserved, StockShort};
use crate::{catalogue::ProductId, line::Line, order::OrderId};
use factum::prelude::*;
use std::collections::BTreeMap;

/// How many are free of a product, and who waits for it, the longest first.
///
/// Nobody who waits can be overlooked. An order is only told to wait if no delivery has come in between
/// ([`StockShort`] is decided over the tags of its products); so whoever waits is in the log before the delivery that
/// ends it, and this is decided after that delivery.
#[derive(Decider, Clone, Debug, Default, PartialEq)]
#[decider(events(StockDelivered, StockReserved, StockReleased, StockShort, BackorderDue, BackorderDropped))]
pub struct BackOrders {
    free: BTreeMap<ProductId, i64>,
    waiting: Vec<(OrderId, Vec<Line>)>,
}

impl BackOrders {
    fn change(&mut self, lines: &[Line], sign: i64) {
        for line in lines {
            *self.free.entry(line.product.clone()).or_default() += sign * i64::from(line.quantity);
        }
    }

    fn waits_no_longer(&mut self, order: OrderId) {
        self.waiting.retain(|(waiting, _)| *waiting != order);
    }
}

impl Apply<StockDelivered> for BackOrders {
    fn apply(&mut self, event: &StockDelivered) {
        *self.free.entry(event.product.clone()).or_default() += i64::from(event.quantity);
    }
}

impl Apply<StockReserved> for BackOrders {
    fn apply(&mut self, event: &StockReserved) {
        self.change(&event.lines, -1);
        self.waits_no_longer(event.order);
    }
}

impl Apply<StockReleased> for BackOrders {
    fn apply(&mut self, event: &StockReleased) {
        self.change(&event.lines, 1);
    }
}

impl Apply<StockShort> for BackOrders {
    fn apply(&mut self, event: &StockShort) {
        self.waits_no_longer(event.order);
        self.waiting.push((event.order, event.lines.clone()));
    }
}

impl Apply<BackorderDue> for BackOrders {
    fn apply(&mut self, event: &BackorderDue) {
        self.waits_no_longer(event.order);
    }
}

impl Apply<BackorderDropped> for BackOrders {
    fn apply(&mut self, event: &BackorderDropped) {
        self.waits_no_longer(event.order);
    }
}

/// Some of a product are free: those who wait for it and could have it are to try again. Whoever has waited longest comes
/// first; who wants more than there is does not hold up those behind.
#[derive(Clone, Debug, Command)]
#[command(decider = BackOrders, stream = "back_orders")]
pub struct FillBackOrders {
    /// Which product.
    #[command(tag)]
    pub product: ProductId,
}

impl Handle<FillBackOrders> for BackOrders {
    type Rejection = Never;

    fn handle(&self, command: &FillBackOrders) -> Result<Events<Self>, Never> {
        let mut free = self.free.get(&command.product).copied().unwrap_or_default();
        let mut due = Events::none();
        for (order, lines) in &self.waiting {
            let wanted = lines.iter().filter(|line| line.product == command.product);
            let wanted: i64 = wanted.map(|line| i64::from(line.quantity)).sum();
            if wanted <= free {
                free -= wanted;
                due = due.and(BackorderDue { order: *order, lines: lines.clone() });
            }
        }
        Ok(due)
    }
}
