//! Which command must have led to an event.

use super::Entry;
use crate::domain::{
    LoanApplication, LoanApplicationEvent as E, LoanId, Refusal, Resource,
    application::{
        Accept, Activate, Approve, Cancel, Decline, Finalize, PartlySubmit, Preaccept, Register, Submit,
    },
    offer::{AcceptOffer, CancelOffer, CreateOffer, DeclineOffer, ReturnOffer, SelectOffer, SendOffer},
    work::{CompleteWork, ScheduleWork, StartWork, Task, Transition},
};
use factum::{Committed, ExpectedVersion, StreamVersion, Timestamp, prelude::*};
use futures_util::future::{BoxFuture, FutureExt};
use std::future::IntoFuture;

/// What becomes of a command.
pub(super) type Outcome = Result<Committed<LoanApplication>, SendError<Refusal>>;

/// Sends the command that leads to `entry`.
pub(super) fn send(app: &App, entry: Entry) -> BoxFuture<'_, Outcome> {
    let Entry { loan, version, time, event } = entry;
    let to = Sender { app, version, time };
    match event {
        E::Submitted(e) => to.send(Submit { loan, by: e.by, case: e.case }),
        E::PartlySubmitted(e) => to.send(PartlySubmit { loan, by: e.by }),
        E::Preaccepted(e) => to.send(Preaccept { loan, by: e.by }),
        E::Accepted(e) => to.send(Accept { loan, by: e.by }),
        E::Finalized(e) => to.send(Finalize { loan, by: e.by }),
        E::Approved(e) => to.send(Approve { loan, by: e.by }),
        E::Registered(e) => to.send(Register { loan, by: e.by }),
        E::Activated(e) => to.send(Activate { loan, by: e.by }),
        E::Declined(e) => to.send(Decline { loan, by: e.by }),
        E::Cancelled(e) => to.send(Cancel { loan, by: e.by }),
        E::OfferSelected(e) => to.send(SelectOffer { loan, by: e.by }),
        E::OfferCreated(e) => to.send(CreateOffer { loan, by: e.by }),
        E::OfferSent(e) => to.send(SendOffer { loan, by: e.by }),
        E::OfferReturned(e) => to.send(ReturnOffer { loan, by: e.by }),
        E::OfferAccepted(e) => to.send(AcceptOffer { loan, by: e.by }),
        E::OfferDeclined(e) => to.send(DeclineOffer { loan, by: e.by }),
        E::OfferCancelled(e) => to.send(CancelOffer { loan, by: e.by }),
        E::LeadHandlingMoved(e) => to.work(loan, Task::LeadHandling, e.transition, e.by),
        E::FraudAssessmentMoved(e) => to.work(loan, Task::FraudAssessment, e.transition, e.by),
        E::CompletionMoved(e) => to.work(loan, Task::Completion, e.transition, e.by),
        E::OfferFollowUpMoved(e) => to.work(loan, Task::OfferFollowUp, e.transition, e.by),
        E::ValidationMoved(e) => to.work(loan, Task::Validation, e.transition, e.by),
        E::FileChaseMoved(e) => to.work(loan, Task::FileChase, e.transition, e.by),
        E::ContractChangeMoved(e) => to.work(loan, Task::ContractChange, e.transition, e.by),
    }
}

struct Sender<'a> {
    app: &'a App,
    /// The version that the event is going to have.
    version: StreamVersion,
    time: Timestamp,
}

impl<'a> Sender<'a> {
    fn send<C>(&self, command: C) -> BoxFuture<'a, Outcome>
    where
        C: Command<Decider = LoanApplication>,
        LoanApplication: Handle<C, Rejection = Refusal>,
    {
        let before = ExpectedVersion::Exact(self.version.previous());
        self.app.send(command).at(self.time).expect(before).into_future().boxed()
    }

    fn work(
        &self,
        loan: LoanId,
        task: Task,
        transition: Transition,
        by: Option<Resource>,
    ) -> BoxFuture<'a, Outcome> {
        match transition {
            Transition::Schedule => self.send(ScheduleWork { loan, task, by }),
            Transition::Start => self.send(StartWork { loan, task, by }),
            Transition::Complete => self.send(CompleteWork { loan, task, by }),
        }
    }
}
