use super::{
    Accepted, Activated, ApprovalStep, Approved, Cancelled, Decision, Declined, Finalized, PartlySubmitted,
    Preaccepted, Registered, Stage, Submitted,
};
use crate::domain::{LoanApplication, Refusal};
use factum::prelude::*;

/// How far an application has come, and what was decided about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Progress {
    stage: Stage,
    decision: Decision,
    taken: Vec<ApprovalStep>,
}

impl Progress {
    pub(crate) fn must_be(&self, needed: Stage) -> Result<(), Refusal> {
        if self.stage == needed { Ok(()) } else { Err(Refusal::WrongStage { stage: self.stage, needed }) }
    }

    pub(crate) fn must_have_been(&self, needed: Stage) -> Result<(), Refusal> {
        if self.stage >= needed { Ok(()) } else { Err(Refusal::WrongStage { stage: self.stage, needed }) }
    }

    pub(crate) fn must_be_undecided(&self) -> Result<(), Refusal> {
        self.must_not_be_decided_but(Decision::Undecided)
    }

    /// Some things happen around a decision, before it as well as after.
    pub(crate) fn must_not_be_decided_but(&self, decision: Decision) -> Result<(), Refusal> {
        match self.decision {
            Decision::Undecided => Ok(()),
            taken if taken == decision => Ok(()),
            taken => Err(Refusal::Decided(taken)),
        }
    }

    pub(crate) fn must_not_be(&self, decision: Decision) -> Result<(), Refusal> {
        if self.decision == decision { Err(Refusal::Decided(decision)) } else { Ok(()) }
    }

    pub(super) fn must_not_have_taken(&self, step: ApprovalStep) -> Result<(), Refusal> {
        if self.taken.contains(&step) { Err(Refusal::StepTaken(step)) } else { Ok(()) }
    }

    pub(crate) fn is(&self, stage: Stage) -> bool {
        self.stage == stage
    }

    fn approve(&mut self, step: ApprovalStep) {
        self.decision = Decision::Approved;
        self.taken.push(step);
    }
}

impl Apply<Submitted> for LoanApplication {
    fn apply(&mut self, _: &Submitted) {
        self.progress.stage = Stage::Submitted;
    }
}

impl Apply<PartlySubmitted> for LoanApplication {
    fn apply(&mut self, _: &PartlySubmitted) {
        self.progress.stage = Stage::PartlySubmitted;
    }
}

impl Apply<Preaccepted> for LoanApplication {
    fn apply(&mut self, _: &Preaccepted) {
        self.progress.stage = Stage::Preaccepted;
    }
}

impl Apply<Accepted> for LoanApplication {
    fn apply(&mut self, _: &Accepted) {
        self.progress.stage = Stage::Accepted;
    }
}

impl Apply<Finalized> for LoanApplication {
    fn apply(&mut self, _: &Finalized) {
        self.progress.stage = Stage::Finalized;
    }
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
