//! What the programs of the examples share: where they keep their events, and how they end. What is worth reading is in the
//! examples.

mod ended;
mod place;

pub use self::{
    ended::ended,
    place::{Application, OpenError, Place},
};
