//! From an order to a parcel: reserve, charge, ship, and if one of them fails, all that was done before it is undone, in
//! reverse.
//!
//! No module knows another one; this one knows the order in which they take part. It has no transaction over them, nor could
//! it: the payment service is somebody else's. Each step has a command that undoes it, and every wait has an end.

mod deadlines;
mod steps;

pub use self::{
    deadlines::{PackingDone, PaymentOverdue, StockOverdue},
    steps::{Fulfilment, FulfilmentEvent},
};
