//! A shop: orders, a storeroom, payments and parcels, as modules that know nothing of each other.
//!
//! | module | what it is |
//! |---|---|
//! | [`order`], [`inventory`], [`payment`], [`shipping`], [`catalogue`] | the domain; each has its own events and commands |
//! | [`fulfilment`] | what leads an order through them: a process with deadlines, that undoes what cannot be finished |
//! | [`provider`] | the payment service, which is somebody else's and may fail: simulated |
//! | [`read`] | the read models |
//! | [`http`] | the API and the page |
//! | [`store`] | where the events are kept, and the application on it |
//! | [`split`] | the same as two programs that talk by a broker |
//! | [`simulate`], [`audit`] | customers, and whether everything adds up afterwards |

pub mod audit;
pub mod catalogue;
pub mod fulfilment;
pub mod http;
pub mod inventory;
pub mod line;
pub mod money;
pub mod order;
pub mod payment;
pub mod provider;
pub mod read;
pub mod shipping;
pub mod simulate;
pub mod split;
pub mod store;
pub mod terms;
