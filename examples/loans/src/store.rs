//! The read models beside the events, wherever those are kept.

use crate::read::{Days, Lifetimes, Outcomes, Workload};
use example_program::Application;
use factum::{EventStore, app::BuildError, prelude::*, sink::DocumentSink};

pub use example_program::{OpenError, Place};

/// The application.
#[derive(Clone, Copy, Debug)]
pub struct Loans;

impl Application for Loans {
    async fn on<S: EventStore + DocumentSink>(self, store: S) -> Result<App, BuildError> {
        App::builder(store)
            .projection(Outcomes)
            .projection(Lifetimes)
            .projection(Workload)
            .projection(Days)
            .build()
            .await
    }
}
