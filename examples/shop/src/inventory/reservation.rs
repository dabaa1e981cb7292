use super::{BackorderDropped, StockDispatched, StockReleased, StockReserved, StockShort};
use crate::{line::Line, order::OrderId};
use factum::prelude::*;

/// What became of what an order has reserved. It reads the events of that order alone.
#[derive(Decider, Clone, Debug, Default, PartialEq)]
#[decider(events(StockReserved, StockShort, StockReleased, StockDispatched, BackorderDropped))]
pub struct Reservation {
    stage: Stage,
}

#[derive(Clone, Debug, Default, PartialEq)]
enum Stage {
    /// Nothing, or nothing any more.
    #[default]
    None,
    Waiting(Vec<Line>),
    Held(Vec<Line>),
}

impl Apply<StockReserved> for Reservation {
    fn apply(&mut self, event: &StockReserved) {
        self.stage = Stage::Held(event.lines.clone());
    }
}

impl Apply<StockShort> for Reservation {
    fn apply(&mut self, event: &StockShort) {
        self.stage = Stage::Waiting(event.lines.clone());
    }
}

impl Apply<StockReleased> for Reservation {
    fn apply(&mut self, _: &StockReleased) {
        self.stage = Stage::None;
    }
}

impl Apply<StockDispatched> for Reservation {
    fn apply(&mut self, _: &StockDispatched) {
        self.stage = Stage::None;
    }
}

impl Apply<BackorderDropped> for Reservation {
    fn apply(&mut self, _: &BackorderDropped) {
        self.stage = Stage::None;
    }
}

/// Undoes what was reserved for an order, whatever that is: goods, a place among those who wait, or nothing.
#[derive(Clone, Debug, PartialEq, Command, Serialize, Deserialize)]
#[command(decider = Reservation, stream = "reservation")]
pub struct ReleaseStock {
    /// The order.
    #[command(tag)]
    pub order: OrderId,
}

impl Handle<ReleaseStock> for Reservation {
    type Rejection = Never;

    fn handle(&self, command: &ReleaseStock) -> Result<Events<Self>, Never> {
        let order = command.order;
        Ok(match self.stage.clone() {
            Stage::None => Events::none(),
            Stage::Waiting(lines) => BackorderDropped { order, lines }.into(),
            Stage::Held(lines) => StockReleased { order, lines }.into(),
        })
    }
}

/// What was reserved for an order leaves the house.
#[derive(Clone, Debug, PartialEq, Command, Serialize, Deserialize)]
#[command(decider = Reservation, stream = "reservation")]
pub struct DispatchStock {
    /// The order.
    #[command(tag)]
    pub order: OrderId,
}

/// Nothing is reserved for the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("nothing is reserved for the order")]
pub struct NotReserved;

impl Handle<DispatchStock> for Reservation {
    type Rejection = NotReserved;

    fn handle(&self, command: &DispatchStock) -> Result<Events<Self>, NotReserved> {
        match self.stage.clone() {
            Stage::Held(lines) => Ok(StockDispatched { order: command.order, lines }.into()),
            Stage::None | Stage::Waiting(_) => Err(NotReserved),
        }
    }
}
