//! The read model beside the events, wherever those are kept.

use crate::read::HandlingTimes;
use example_program::Application;
use factum::{EventStore, app::BuildError, prelude::*, sink::DocumentSink};

pub use example_program::{OpenError, Place};

/// The application.
#[derive(Clone, Copy, Debug)]
pub struct Clerks;

impl Application for Clerks {
    async fn on<S: EventStore + DocumentSink>(self, store: S) -> Result<App, BuildError> {
        App::builder(store).projection(HandlingTimes).build().await
    }
}
