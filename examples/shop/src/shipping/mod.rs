//! Parcels.

mod commands;
mod events;
mod state;

pub use self::{
    commands::{CancelShipment, DispatchShipment, NotPrepared, PrepareShipment},
    events::{ShipmentCancelled, ShipmentDispatched, ShipmentPrepared, ShipmentRefused},
    state::{Shipment, ShipmentEvent},
};

/// Where parcels go.
pub const SERVED: [&str; 8] = ["AT", "BE", "CH", "DE", "DK", "FR", "NL", "SE"];
