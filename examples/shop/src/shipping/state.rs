use super::{ShipmentCancelled, ShipmentDispatched, ShipmentPrepared, ShipmentRefused};
use crate::order::OrderId;
use factum::prelude::*;

/// The parcel of an order.
#[derive(Aggregate, Clone, Debug, Default, PartialEq)]
#[aggregate(
    id = OrderId,
    shared_id,
    events(ShipmentPrepared, ShipmentRefused, ShipmentCancelled, ShipmentDispatched)
)]
pub struct Shipment {
    pub(super) stage: Stage,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    #[default]
    None,
    Prepared,
    /// Nothing will be sent.
    Ended,
    Dispatched,
}

impl Apply<ShipmentPrepared> for Shipment {
    fn apply(&mut self, _: &ShipmentPrepared) {
        self.stage = Stage::Prepared;
    }
}

impl Apply<ShipmentRefused> for Shipment {
    fn apply(&mut self, _: &ShipmentRefused) {
        self.stage = Stage::Ended;
    }
}

impl Apply<ShipmentCancelled> for Shipment {
    fn apply(&mut self, _: &ShipmentCancelled) {
        self.stage = Stage::Ended;
    }
}

impl Apply<ShipmentDispatched> for Shipment {
    fn apply(&mut self, _: &ShipmentDispatched) {
        self.stage = Stage::Dispatched;
    }
}
