use factum::{Decider, prelude::*};
use loans::domain::{
    Amount, LoanApplication, LoanId, Refusal, Resource,
    application::{
        Accept, Activate, ApprovalStep, Approve, Cancel, Case, Decision, Decline, Finalize, PartlySubmit,
        Preaccept, Register, Stage, Submit,
    },
    offer::{
        AcceptOffer, CancelOffer, CreateOffer, DeclineOffer, Draft, ReturnOffer, SelectOffer, SendOffer,
        Standing,
    },
    work::{CompleteWork, ScheduleWork, StartWork, Task},
};

const LOAN: LoanId = LoanId(7);

/// A command that says no more than who gives it.
macro_rules! by {
    ($command:ident) => {
        $command { loan: LOAN, by: Resource::from("10909") }
    };
}

/// A command about a piece of work.
macro_rules! work {
    ($command:ident, $task:ident, $by:expr) => {
        $command { loan: LOAN, task: Task::$task, by: Some(Resource::from($by)) }
    };
    ($command:ident, $task:ident) => {
        work!($command, $task, "10909")
    };
}

/// An application to which something has happened.
#[derive(Clone, Default)]
struct Given(LoanApplication);

impl Given {
    fn then<C>(mut self, command: C) -> Self
    where
        LoanApplication: Handle<C, Rejection = Refusal>,
    {
        for event in self.0.handle(&command).unwrap() {
            self.0.fold(&event);
        }
        self
    }

    #[track_caller]
    fn refuses<C>(&self, command: C, refusal: Refusal)
    where
        LoanApplication: Handle<C, Rejection = Refusal>,
    {
        assert_eq!(self.0.handle(&command).unwrap_err(), refusal);
    }
}

fn submit() -> Submit {
    let registered = "2011-10-01T00:38:44.546+02:00".parse().unwrap();
    Submit { loan: LOAN, by: Resource::system(), case: Case { registered, amount: Amount(20_000) } }
}

fn submitted() -> Given {
    Given::default().then(submit()).then(by!(PartlySubmit))
}

fn preaccepted() -> Given {
    submitted().then(by!(Preaccept)).then(work!(ScheduleWork, Completion)).then(work!(StartWork, Completion))
}

fn offered() -> Given {
    let finalized = preaccepted().then(by!(Accept)).then(by!(SelectOffer)).then(by!(Finalize));
    finalized.then(by!(CreateOffer)).then(by!(SendOffer))
}

fn returned() -> Given {
    offered().then(by!(ReturnOffer))
}

fn approved() -> Given {
    returned().then(by!(AcceptOffer)).then(by!(Approve)).then(by!(Register)).then(by!(Activate))
}

#[test]
fn stages_follow_each_other() {
    let wrong = |stage, needed| Refusal::WrongStage { stage, needed };
    Given::default().refuses(by!(PartlySubmit), wrong(Stage::Unknown, Stage::Submitted));
    submitted().refuses(submit(), Refusal::SubmittedAlready);
    submitted().refuses(by!(PartlySubmit), wrong(Stage::PartlySubmitted, Stage::Submitted));
    submitted().refuses(by!(Accept), wrong(Stage::PartlySubmitted, Stage::Preaccepted));
    submitted().refuses(by!(SelectOffer), wrong(Stage::PartlySubmitted, Stage::Accepted));
    preaccepted().refuses(by!(Preaccept), wrong(Stage::Preaccepted, Stage::PartlySubmitted));
    preaccepted().refuses(by!(Finalize), wrong(Stage::Preaccepted, Stage::Accepted));
    preaccepted().refuses(by!(Approve), wrong(Stage::Preaccepted, Stage::Finalized));
    let accepted = preaccepted().then(by!(Accept)).then(by!(SelectOffer));
    accepted.refuses(by!(CreateOffer), wrong(Stage::Accepted, Stage::Finalized));
    Given::default().then(submit()).refuses(by!(Decline), wrong(Stage::Submitted, Stage::PartlySubmitted));
}

#[test]
fn nobody_is_accepted_without_having_been_called() {
    submitted().then(by!(Preaccept)).refuses(by!(Accept), Refusal::NotCompleted);
    let scheduled = submitted().then(by!(Preaccept)).then(work!(ScheduleWork, Completion));
    scheduled.refuses(by!(Accept), Refusal::NotCompleted);
}

#[test]
fn what_is_decided_is_decided() {
    for (decided, decision) in [
        (submitted().then(by!(Decline)), Decision::Declined),
        (submitted().then(by!(Cancel)), Decision::Cancelled),
        (approved(), Decision::Approved),
    ] {
        decided.refuses(by!(Decline), Refusal::Decided(decision));
        decided.refuses(by!(Cancel), Refusal::Decided(decision));
        decided.refuses(work!(ScheduleWork, FraudAssessment), Refusal::Decided(decision));
    }
    submitted().then(by!(Decline)).refuses(by!(Preaccept), Refusal::Decided(Decision::Declined));
    returned().then(by!(Cancel)).refuses(by!(Approve), Refusal::Decided(Decision::Cancelled));
    returned().then(by!(Cancel)).refuses(by!(AcceptOffer), Refusal::Decided(Decision::Cancelled));
    returned().then(by!(Decline)).refuses(by!(CancelOffer), Refusal::Decided(Decision::Declined));
    returned().then(by!(Approve)).refuses(by!(DeclineOffer), Refusal::Decided(Decision::Approved));
}

#[test]
fn each_step_of_an_approval_is_taken_once_and_in_any_order() {
    returned().then(by!(Activate)).then(by!(AcceptOffer)).then(by!(Register)).then(by!(Approve));
    approved().refuses(by!(Approve), Refusal::StepTaken(ApprovalStep::Approved));
    approved().refuses(by!(Register), Refusal::StepTaken(ApprovalStep::Registered));
    approved().refuses(by!(Activate), Refusal::StepTaken(ApprovalStep::Activated));
}

#[test]
fn only_what_the_customer_signed_is_approved() {
    offered().refuses(by!(Approve), Refusal::NothingReturned);
    offered().refuses(by!(AcceptOffer), Refusal::NothingReturned);
    returned().then(by!(CancelOffer)).refuses(by!(Approve), Refusal::NoOfferStands);
    let another = returned().then(by!(CancelOffer)).then(by!(SelectOffer)).then(by!(CreateOffer));
    another.refuses(by!(Approve), Refusal::OfferInPreparation(Draft::Created));
    another.then(by!(SendOffer)).then(by!(AcceptOffer)).then(by!(Approve));
}

#[test]
fn one_offer_is_prepared_and_stands_at_a_time() {
    let selected = preaccepted().then(by!(Accept)).then(by!(SelectOffer)).then(by!(Finalize));
    selected.refuses(by!(SelectOffer), Refusal::OfferInPreparation(Draft::Selected));
    selected.refuses(by!(SendOffer), Refusal::NothingPrepared(Draft::Created));
    selected.refuses(by!(Cancel), Refusal::OfferInPreparation(Draft::Selected));
    selected.refuses(by!(CancelOffer), Refusal::NoOfferStands);
    offered().refuses(by!(CreateOffer), Refusal::NothingPrepared(Draft::Selected));
    offered().then(by!(SelectOffer)).refuses(by!(CreateOffer), Refusal::OfferStands);
    offered().then(by!(SelectOffer)).refuses(by!(ReturnOffer), Refusal::OfferInPreparation(Draft::Selected));
    offered().then(by!(SelectOffer)).then(by!(CancelOffer)).then(by!(CreateOffer)).then(by!(SendOffer));
}

#[test]
fn an_offer_comes_back_once_and_ends_once() {
    returned().refuses(by!(ReturnOffer), Refusal::ReturnedAlready);
    offered().then(by!(CancelOffer)).refuses(by!(ReturnOffer), Refusal::NoOfferStands);
    offered().then(by!(CancelOffer)).refuses(by!(CancelOffer), Refusal::NoOfferStands);
    offered().then(by!(CancelOffer)).refuses(by!(Decline), Refusal::NoOfferStands);
    approved().refuses(by!(AcceptOffer), Refusal::NoOfferStands);
    let accepted = returned().then(by!(AcceptOffer));
    accepted.refuses(by!(SelectOffer), Refusal::OfferSettled(Standing::Accepted));
    accepted.refuses(by!(Cancel), Refusal::OfferSettled(Standing::Accepted));
    accepted.refuses(by!(Decline), Refusal::OfferSettled(Standing::Accepted));
    let declined = offered().then(by!(DeclineOffer));
    declined.refuses(by!(SelectOffer), Refusal::OfferSettled(Standing::Declined));
    declined.refuses(by!(Cancel), Refusal::OfferSettled(Standing::Declined));
    declined.then(by!(Decline));
}

#[test]
fn work_is_scheduled_when_it_is_due() {
    Given::default().refuses(work!(ScheduleWork, FraudAssessment), Refusal::NotDue(Task::FraudAssessment));
    preaccepted().refuses(work!(ScheduleWork, LeadHandling), Refusal::NotDue(Task::LeadHandling));
    offered().refuses(work!(ScheduleWork, Completion), Refusal::NotDue(Task::Completion));
    preaccepted().refuses(work!(ScheduleWork, OfferFollowUp), Refusal::NotDue(Task::OfferFollowUp));
    offered().refuses(work!(ScheduleWork, Validation), Refusal::NotDue(Task::Validation));
    offered().refuses(work!(ScheduleWork, FileChase), Refusal::NotDue(Task::FileChase));
    preaccepted().refuses(work!(ScheduleWork, ContractChange), Refusal::NotDue(Task::ContractChange));
    approved().then(work!(ScheduleWork, ContractChange));
}

#[test]
fn work_is_begun_when_it_is_scheduled() {
    submitted().refuses(work!(StartWork, LeadHandling), Refusal::NotScheduled(Task::LeadHandling));
    submitted().refuses(work!(CompleteWork, LeadHandling), Refusal::NotScheduled(Task::LeadHandling));
    let declined = preaccepted().then(by!(Decline));
    declined.refuses(work!(StartWork, Completion), Refusal::Decided(Decision::Declined));
    let late = submitted().then(work!(ScheduleWork, LeadHandling)).then(by!(Preaccept));
    late.refuses(
        work!(StartWork, LeadHandling),
        Refusal::WrongStage { stage: Stage::Preaccepted, needed: Stage::PartlySubmitted },
    );
}

#[test]
fn work_that_nobody_is_at_is_ended_by_whoever_had_it_last() {
    let done = preaccepted().then(work!(CompleteWork, Completion, "10881"));
    done.clone().then(work!(CompleteWork, Completion, "10881"));
    done.refuses(work!(CompleteWork, Completion, "10909"), Refusal::NotUnderWay(Task::Completion));
    done.refuses(
        CompleteWork { loan: LOAN, task: Task::Completion, by: None },
        Refusal::NotUnderWay(Task::Completion),
    );
}

#[test]
fn refusals_are_sentences() {
    let refusal = Refusal::NotScheduled(Task::Validation);
    assert_eq!(refusal.to_string(), "validating the application has not been scheduled");
    let wrong = Refusal::WrongStage { stage: Stage::PartlySubmitted, needed: Stage::Finalized };
    assert_eq!(wrong.to_string(), "the application is partly submitted, and would have to be finalized");
    assert_eq!(Refusal::OfferSettled(Standing::Declined).to_string(), "the offer is declined");
}
