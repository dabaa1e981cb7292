//! What is in the storeroom, and for whom.
//!
//! An order wants several products, and many orders want one product; so no stream is the right one to decide on. A
//! reservation is decided over tags: on what has happened to all the products that it needs, and to nothing else.
//!
//! | decision | on the events of | reads |
//! |---|---|---|
//! | [`Availability`] | the products of an order | what came in, what is reserved |
//! | [`Reservation`] | an order | what became of what it has reserved |
//! | [`BackOrders`] | a product | who waits for it |

mod availability;
mod back_orders;
mod desk;
mod events;
mod reservation;

pub use self::{
    availability::{Availability, AvailabilityEvent, ReserveStock},
    back_orders::{BackOrders, BackOrdersEvent, FillBackOrders},
    desk::{BackOrderDesk, BackOrderDeskEvent},
    events::{
        BackorderDropped, BackorderDue, StockDelivered, StockDispatched, StockReleased, StockReserved,
        StockShort,
    },
    reservation::{DispatchStock, NotReserved, ReleaseStock, Reservation, ReservationEvent},
};

mod delivery;
pub use self::delivery::{DeliverStock, Deliveries, DeliveriesEvent, TooMuch};
