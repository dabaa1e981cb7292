use super::{
    application::{ApprovalStep, Decision, Stage},
    offer::{Draft, Standing},
    work::Task,
};

/// Why a command is refused.
///
/// One type for the whole aggregate: whoever sends commands of several parts, as a counter clerk's screen does, has
/// one place to turn them into words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The application is there already.
    #[error("the application has been submitted already")]
    SubmittedAlready,
    /// The application is not as far as it would have to be, or farther.
    #[error("the application is {stage}, and would have to be {needed}")]
    WrongStage {
        /// How far it is.
        stage: Stage,
        /// How far it would have to be.
        needed: Stage,
    },
    /// The bank or the customer has decided.
    #[error("the application is {0}")]
    Decided(Decision),
    /// An approved application goes through each of the steps once.
    #[error("the application has been {0} already")]
    StepTaken(ApprovalStep),
    /// Nobody has gone through the application with the customer.
    #[error("nobody has begun to complete the application")]
    NotCompleted,

    /// One offer is prepared at a time, and nothing else happens to offers meanwhile.
    #[error("an offer is being prepared: it is {0}")]
    OfferInPreparation(Draft),
    /// An offer has to be prepared first.
    #[error("no offer is {0}")]
    NothingPrepared(Draft),
    /// The customer has an offer, which has to be cancelled before there is another.
    #[error("the customer has an offer")]
    OfferStands,
    /// The customer has no offer.
    #[error("the customer has no offer")]
    NoOfferStands,
    /// The customer has sent this offer back before.
    #[error("the offer has been returned already")]
    ReturnedAlready,
    /// The customer has signed nothing yet.
    #[error("the customer has returned no offer yet")]
    NothingReturned,
    /// The offer's fate is sealed, and with it the application's.
    #[error("the offer is {0}")]
    OfferSettled(Standing),

    /// The work makes no sense at this point.
    #[error("{0} is not due")]
    NotDue(Task),
    /// Work begins and ends only when somebody has scheduled it.
    #[error("{0} has not been scheduled")]
    NotScheduled(Task),
    /// Nobody works on it, and whoever did last was somebody else.
    #[error("{0} is not under way")]
    NotUnderWay(Task),
}
