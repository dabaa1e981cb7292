use super::{
    Accepted, Activated, Approved, Cancelled, Declined, Finalized, PartlySubmitted, Preaccepted, Registered,
    Submitted,
};
use crate::domain::{LoanApplication, Refusal};
use factum::prelude::*;
use std::fmt;

/// How far an application has come, and what was decided about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::domain) struct Progress {
    stage: Stage,
    decision: Decision,
    taken: Vec<ApprovalStep>,
}

/// How far an application has come. The stages follow each other; none is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// There is none yet.
    #[default]
    Unknown,
    /// The customer has applied.
    Submitted,
    /// The papers for a first look are there.
    PartlySubmitted,
    /// A first look found nothing against it.
    Preaccepted,
    /// It is worth an offer.
    Accepted,
    /// What an offer has to say is settled.
    Finalized,
}

/// What was decided about an application.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decision {
    /// Nothing yet.
    #[default]
    Undecided,
    /// It has taken at least one of the [steps](ApprovalStep) of an approval.
    Approved,
    /// The bank refused it.
    Declined,
    /// The customer withdrew it.
    Cancelled,
}

/// A step of an approval. All of them are taken, in any order; the first decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalStep {
    /// The bank gives the loan.
    Approved,
    /// It is in the books.
    Registered,
    /// The money can be drawn.
    Activated,
}

impl Progress {
    pub(in crate::domain) fn must_be(&self, needed: Stage) -> Result<(), Refusal> {
        if self.stage == needed { Ok(()) } else { Err(Refusal::WrongStage { stage: self.stage, needed }) }
    }

    pub(in crate::domain) fn must_have_been(&self, needed: Stage) -> Result<(), Refusal> {
        if self.stage >= needed { Ok(()) } else { Err(Refusal::WrongStage { stage: self.stage, needed }) }
    }

    pub(in crate::domain) fn must_be_undecided(&self) -> Result<(), Refusal> {
        self.must_not_be_decided_but(Decision::Undecided)
    }

    /// Some things happen around a decision, before it as well as after.
    pub(in crate::domain) fn must_not_be_decided_but(&self, decision: Decision) -> Result<(), Refusal> {
        match self.decision {
            Decision::Undecided => Ok(()),
            taken if taken == decision => Ok(()),
            taken => Err(Refusal::Decided(taken)),
        }
    }

    pub(in crate::domain) fn must_not_be(&self, decision: Decision) -> Result<(), Refusal> {
        if self.decision == decision { Err(Refusal::Decided(decision)) } else { Ok(()) }
    }

    pub(super) fn must_not_have_taken(&self, step: ApprovalStep) -> Result<(), Refusal> {
        if self.taken.contains(&step) { Err(Refusal::StepTaken(step)) } else { Ok(()) }
    }

    pub(in crate::domain) fn is(&self, stage: Stage) -> bool {
        self.stage == stage
    }

    fn approve(&mut self, step: ApprovalStep) {
        self.decision = Decision::Approved;
        self.taken.push(step);
    }
}

/// An event that does no more than move an application on.
macro_rules! reaches {
    ($($event:ty => $stage:ident;)+) => {$(
        impl Apply<$event> for LoanApplication {
            fn apply(&mut self, _: &$event) {
                self.progress.stage = Stage::$stage;
            }
        }
    )+};
}

reaches! {
    Submitted => Submitted;
    PartlySubmitted => PartlySubmitted;
    Preaccepted => Preaccepted;
    Accepted => Accepted;
    Finalized => Finalized;
}

impl Apply<Approved> for LoanApplication {
    fn apply(&mut self, _: &Approved) {
        self.progress.approve(ApprovalStep::Approved);
    }
}

impl Apply<Registered> for LoanApplication {
    fn apply(&mut self, _: &Registered) {
        self.progress.approve(ApprovalStep::Registered);
    }
}

impl Apply<Activated> for LoanApplication {
    fn apply(&mut self, _: &Activated) {
        self.progress.approve(ApprovalStep::Activated);
    }
}

impl Apply<Declined> for LoanApplication {
    fn apply(&mut self, _: &Declined) {
        self.progress.decision = Decision::Declined;
    }
}

impl Apply<Cancelled> for LoanApplication {
    fn apply(&mut self, _: &Cancelled) {
        self.progress.decision = Decision::Cancelled;
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "unknown",
            Self::Submitted => "submitted",
            Self::PartlySubmitted => "partly submitted",
            Self::Preaccepted => "preaccepted",
            Self::Accepted => "accepted",
            Self::Finalized => "finalized",
        })
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Undecided => "undecided",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
        })
    }
}

impl fmt::Display for ApprovalStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Approved => "approved",
            Self::Registered => "registered",
            Self::Activated => "activated",
        })
    }
}
