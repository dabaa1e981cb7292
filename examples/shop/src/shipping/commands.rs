use super::{
    SERVED, Shipment, ShipmentCancelled, ShipmentDispatched, ShipmentPrepared, ShipmentRefused, state::Stage,
};
use crate::order::{Country, OrderId};
use factum::prelude::*;

/// Packs a parcel, unless nobody delivers there.
#[derive(Clone, Debug, PartialEq, Command, Serialize, Deserialize)]
#[command(aggregate = Shipment)]
pub struct PrepareShipment {
    /// The order.
    #[command(target)]
    pub order: OrderId,
    /// Where it goes.
    pub country: Country,
}

/// Hands the parcel over to the carrier.
#[derive(Clone, Debug, PartialEq, Command, Serialize, Deserialize)]
#[command(aggregate = Shipment)]
pub struct DispatchShipment {
    /// The order.
    #[command(target)]
    pub order: OrderId,
}

/// Unpacks a parcel that has not left yet.
#[derive(Clone, Debug, PartialEq, Command, Serialize, Deserialize)]
#[command(aggregate = Shipment)]
pub struct CancelShipment {
    /// The order.
    #[command(target)]
    pub order: OrderId,
}

/// There is no parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("there is no parcel")]
pub struct NotPrepared;

impl Handle<PrepareShipment> for Shipment {
    type Rejection = Never;

    fn handle(&self, command: &PrepareShipment) -> Result<Events<Self>, Never> {
        let PrepareShipment { order, country } = command.clone();
        Ok(match self.stage {
            Stage::None if SERVED.contains(&country.as_str()) => ShipmentPrepared { order, country }.into(),
            Stage::None => ShipmentRefused { order, country }.into(),
            Stage::Prepared | Stage::Ended | Stage::Dispatched => Events::none(),
        })
    }
}

impl Handle<DispatchShipment> for Shipment {
    type Rejection = NotPrepared;

    fn handle(&self, command: &DispatchShipment) -> Result<Events<Self>, NotPrepared> {
        match self.stage {
            Stage::Prepared => Ok(ShipmentDispatched { order: command.order }.into()),
            Stage::Dispatched => Ok(Events::none()),
            Stage::None | Stage::Ended => Err(NotPrepared),
        }
    }
}

impl Handle<CancelShipment> for Shipment {
    type Rejection = Never;

    fn handle(&self, command: &CancelShipment) -> Result<Events<Self>, Never> {
        Ok(match self.stage {
            Stage::Prepared => ShipmentCancelled { order: command.order }.into(),
            Stage::None | Stage::Ended | Stage::Dispatched => Events::none(),
        })
    }
}
