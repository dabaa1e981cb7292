use crate::domain::{
    Amount, Attributed, Resource,
    step::{Complete, step_events},
};
use chrono::{DateTime, FixedOffset};
use factum::prelude::*;

/// A customer has applied for a loan.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
#[event(name = "A_SUBMITTED")]
pub struct Submitted {
    /// Who took the application in.
    #[serde(rename = "org:resource")]
    pub by: Resource,
    #[serde(rename = "lifecycle:transition")]
    transition: Complete,
    /// What the customer wants.
    pub case: Case,
}

impl Submitted {
    /// `by` took in an application for this.
    #[must_use]
    pub const fn new(by: Resource, case: Case) -> Self {
        Self { by, transition: Complete::Complete, case }
    }
}

impl Attributed for Submitted {
    fn who(&self) -> Option<&Resource> {
        Some(&self.by)
    }
}

/// What an application is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// When it was registered, in the bank's own time zone.
    #[serde(rename = "REG_DATE", with = "milliseconds")]
    pub registered: DateTime<FixedOffset>,
    /// How much is asked for.
    #[serde(rename = "AMOUNT_REQ")]
    pub amount: Amount,
}

step_events! {
    /// The papers that a first look needs are there.
    PartlySubmitted = "A_PARTLYSUBMITTED";
    /// A first look found nothing against it.
    Preaccepted = "A_PREACCEPTED";
    /// The application is complete, and worth an offer.
    Accepted = "A_ACCEPTED";
    /// All that an offer has to say has been settled.
    Finalized = "A_FINALIZED";
    /// The bank gives the loan.
    Approved = "A_APPROVED";
    /// The loan is in the bank's books.
    Registered = "A_REGISTERED";
    /// The money can be drawn.
    Activated = "A_ACTIVATED";
    /// The bank does not give the loan.
    Declined = "A_DECLINED";
    /// The customer does not want the loan any more, or has not been heard of.
    Cancelled = "A_CANCELLED";
}

/// A moment as text with exactly three digits after the second, as the bank's system writes it.
mod milliseconds {
    use chrono::{DateTime, FixedOffset, SecondsFormat};
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error};
    use std::borrow::Cow;

    pub(super) fn serialize<S: Serializer>(
        moment: &DateTime<FixedOffset>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&moment.to_rfc3339_opts(SecondsFormat::Millis, false))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<DateTime<FixedOffset>, D::Error> {
        DateTime::parse_from_rfc3339(&Cow::<'de, str>::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
