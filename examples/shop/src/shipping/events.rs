use crate::order::{Country, OrderId};
use factum::prelude::*;

/// A parcel is being packed.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct ShipmentPrepared {
    /// The order.
    pub order: OrderId,
    /// Where it goes.
    pub country: Country,
}

/// Nobody delivers there.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct ShipmentRefused {
    /// The order.
    pub order: OrderId,
    /// Where it should have gone.
    pub country: Country,
}

/// The parcel is unpacked again.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct ShipmentCancelled {
    /// The order.
    pub order: OrderId,
}

/// The parcel has left the house.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct ShipmentDispatched {
    /// The order.
    pub order: OrderId,
}
