use crate::order::OrderId;
use factum::prelude::*;

/// The goods did not come in time.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct StockOverdue {
    /// The order.
    pub order: OrderId,
}

/// The payment service did not answer in time.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct PaymentOverdue {
    /// The order.
    pub order: OrderId,
}

/// The parcel is packed.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct PackingDone {
    /// The order.
    pub order: OrderId,
}
