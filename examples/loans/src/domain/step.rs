//! Events that say no more than who took a step. Most events of the bank's log do.

use serde::{Deserialize, Serialize};

/// The transition of steps that are no work items: there is only one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Complete {
    Complete,
}

/// Declares events that say no more than who took a step.
macro_rules! step_events {
    ($($(#[$doc:meta])* $name:ident = $stored:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, factum::Event, serde::Serialize, serde::Deserialize)]
        #[event(name = $stored)]
        pub struct $name {
            /// Who did it.
            #[serde(rename = "org:resource")]
            pub by: $crate::domain::Resource,
            #[serde(rename = "lifecycle:transition")]
            transition: $crate::domain::step::Complete,
        }

        impl $name {
            /// `by` did it.
            #[must_use]
            pub fn by(by: &$crate::domain::Resource) -> Self {
                Self { by: by.clone(), transition: $crate::domain::step::Complete::Complete }
            }
        }

        impl $crate::domain::Attributed for $name {
            fn who(&self) -> Option<&$crate::domain::Resource> {
                Some(&self.by)
            }
        }
    )+};
}

pub(super) use step_events;
