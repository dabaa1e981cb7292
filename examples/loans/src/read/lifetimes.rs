use crate::domain::{LoanApplicationEvent, LoanId};
use chrono::{DateTime, TimeDelta, Utc};
use factum::prelude::*;

/// When each application began, and when something happened to it last.
#[derive(Debug, Projection)]
#[projection(name = "lifetimes", event = LoanApplicationEvent)]
pub struct Lifetimes;

/// From an application's first event to its last so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifetime {
    /// When it was submitted.
    pub first: DateTime<Utc>,
    /// When something happened to it last.
    pub last: DateTime<Utc>,
}

impl Lifetime {
    /// How long it took, so far.
    #[must_use]
    pub fn duration(&self) -> TimeDelta {
        self.last - self.first
    }
}

impl View for Lifetimes {
    type Key = LoanId;
    type Document = Lifetime;

    fn keys(&self, event: &Recorded<LoanApplicationEvent>) -> Keys<LoanId> {
        Keys::of_stream(event)
    }

    fn fold(&self, _: &LoanId, lifetime: &mut Lifetime, event: &Recorded<LoanApplicationEvent>) {
        if let LoanApplicationEvent::Submitted(_) = event.event {
            lifetime.first = event.time();
        }
        lifetime.last = event.time();
    }
}
