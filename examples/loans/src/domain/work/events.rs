use super::Task;
use crate::domain::{Attributed, LoanApplication, LoanApplicationEvent, Resource};
use factum::prelude::*;

/// What became of a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Transition {
    /// It is to be done.
    Schedule,
    /// Somebody works on it.
    Start,
    /// It is done, at least for the time being.
    Complete,
}

/// Declares the event of each task, which says what became of it and who brought that about, if that was noted down.
macro_rules! work_events {
    ($($(#[$doc:meta])* $name:ident($task:ident) = $stored:literal;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
            #[event(name = $stored)]
            pub struct $name {
                /// Who did it.
                #[serde(rename = "org:resource", default, skip_serializing_if = "Option::is_none")]
                pub by: Option<Resource>,
                /// What became of it.
                #[serde(rename = "lifecycle:transition")]
                pub transition: Transition,
            }

            impl Attributed for $name {
                fn who(&self) -> Option<&Resource> {
                    self.by.as_ref()
                }

                fn transition(&self) -> Transition {
                    self.transition
                }
            }

            impl Apply<$name> for LoanApplication {
                fn apply(&mut self, event: &$name) {
                    self.work.note(Task::$task, event.transition, event.by.as_ref());
                }
            }
        )+

        impl Task {
            /// The event that says that this became of the task.
            #[must_use]
            pub fn moved(self, transition: Transition, by: Option<&Resource>) -> LoanApplicationEvent {
                let by = by.cloned();
                match self {
                    $(Self::$task => $name { by, transition }.into(),)+
                }
            }
        }
    };
}

work_events! {
    /// Something became of handling a lead.
    LeadHandlingMoved(LeadHandling) = "W_Afhandelen leads";
    /// Something became of assessing whether it is fraud.
    FraudAssessmentMoved(FraudAssessment) = "W_Beoordelen fraude";
    /// Something became of completing the application with the customer.
    CompletionMoved(Completion) = "W_Completeren aanvraag";
    /// Something became of calling the customer about an offer.
    OfferFollowUpMoved(OfferFollowUp) = "W_Nabellen offertes";
    /// Something became of checking the papers.
    ValidationMoved(Validation) = "W_Valideren aanvraag";
    /// Something became of calling the customer about missing papers.
    FileChaseMoved(FileChase) = "W_Nabellen incomplete dossiers";
    /// Something became of changing the contract.
    ContractChangeMoved(ContractChange) = "W_Wijzigen contractgegevens";
}
