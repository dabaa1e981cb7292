//! The offers that the bank makes for an application.
//!
//! An offer is selected, created, and sent. The customer returns it signed; or it is cancelled, often because the
//! customer wants another one. There is at most one that stands, and while one is being prepared, nothing happens to
//! offers but that an earlier one is cancelled to make room. What was accepted or declined once is settled.

mod close;
mod events;
mod prepare;
mod stage;
mod state;

pub use self::{
    close::{AcceptOffer, CancelOffer, DeclineOffer, ReturnOffer},
    events::{
        OfferAccepted, OfferCancelled, OfferCreated, OfferDeclined, OfferReturned, OfferSelected, OfferSent,
    },
    prepare::{CreateOffer, SelectOffer, SendOffer},
    stage::{Draft, Standing},
};

pub(super) use self::state::Offers;
