//! Streams: the history of one thing.

mod id;
mod version;

pub use self::{
    id::{Category, StreamId},
    version::{ExpectedVersion, StreamVersion},
};
