//! The events: somebody begins or ends a piece of work. There is one type for each kind of work, and all have one shape.

use factum::prelude::*;

/// What became of a piece of work, and who brought that about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The clerk's number. The bank's system does not always note it down.
    #[serde(rename = "org:resource", default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What became of it.
    #[serde(rename = "lifecycle:transition")]
    pub transition: Transition,
}

/// What became of a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Transition {
    /// It is to be done.
    Schedule,
    /// Somebody works on it.
    Start,
    /// It is done, at least for the time being.
    Complete,
}

/// Declares the events, and the enum of all of them.
macro_rules! work_events {
    ($($(#[$doc:meta])* $name:ident = $stored:literal;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, Event, Serialize, Deserialize)]
            #[event(name = $stored)]
            #[serde(transparent)]
            pub struct $name(pub Moved);
        )+

        /// Something became of a piece of work.
        #[derive(Clone, Debug, PartialEq, Eq, Event)]
        pub enum Work {
            $($(#[$doc])* $name($name),)+
        }

        impl Work {
            /// What became of it, whatever it is.
            #[must_use]
            pub const fn moved(&self) -> &Moved {
                match self {
                    $(Self::$name($name(moved)) => moved,)+
                }
            }
        }
    };
}

work_events! {
    /// A lead is handled.
    LeadHandling = "W_Afhandelen leads";
    /// It is assessed whether it is fraud.
    FraudAssessment = "W_Beoordelen fraude";
    /// The application is completed with the customer.
    Completion = "W_Completeren aanvraag";
    /// The customer is called about an offer.
    OfferFollowUp = "W_Nabellen offertes";
    /// The papers are checked.
    Validation = "W_Valideren aanvraag";
    /// The customer is called about missing papers.
    FileChase = "W_Nabellen incomplete dossiers";
    /// The contract is changed.
    ContractChange = "W_Wijzigen contractgegevens";
}
