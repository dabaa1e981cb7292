use super::GoesOn;
use crate::{
    domain::{
        LoanApplicationEvent,
        application::{Activated, Approved, Cancelled, Declined, Registered},
        offer::{OfferAccepted, OfferCancelled, OfferDeclined},
        work::Task,
    },
    log::generate::{
        odds::{Wait, pick},
        pen::{Clerk, Pen},
    },
};
use rand::{RngExt, seq::SliceRandom};

#[derive(Clone, Copy)]
enum Check {
    GoOnLater,
    PapersMissing,
    Approve,
    Decline,
    Cancel,
    GiveUp,
}

/// Clerks check the papers, ask for those that are missing, and decide.
pub(super) fn tell(pen: &mut Pen) -> GoesOn {
    let mut clerk = pen.clerk_after(&Wait::PAPERS);
    loop {
        pen.work_on(Task::Validation, &clerk);
        let check = pick(
            &mut pen.rng,
            &[
                (330, Check::GoOnLater),
                (255, Check::PapersMissing),
                (287, Check::Approve),
                (97, Check::Decline),
                (21, Check::Cancel),
                (10, Check::GiveUp),
            ],
        );
        match check {
            Check::GoOnLater | Check::GiveUp => {}
            Check::PapersMissing => pen.schedule(Task::FileChase, &clerk),
            Check::Approve => approve(pen, &clerk),
            Check::Decline => {
                pen.note(OfferDeclined::by(&clerk.number));
                pen.note(Declined::by(&clerk.number));
            }
            Check::Cancel => {
                pen.note(OfferCancelled::by(&clerk.number));
                pen.note(Cancelled::by(&clerk.number));
            }
        }
        pen.complete(Task::Validation, &clerk);
        match check {
            Check::GoOnLater => {}
            Check::PapersMissing => chase_papers(pen),
            Check::Approve => {
                maybe_change_contract(pen);
                return false;
            }
            Check::Decline | Check::Cancel | Check::GiveUp => return false,
        }
        clerk = pen.clerk_after(&Wait::NEXT_TRY);
    }
}

/// The steps of an approval are taken at one moment, in any order.
fn approve(pen: &mut Pen, clerk: &Clerk) {
    let by = &clerk.number;
    let mut steps: [LoanApplicationEvent; 4] = [
        OfferAccepted::by(by).into(),
        Approved::by(by).into(),
        Registered::by(by).into(),
        Activated::by(by).into(),
    ];
    steps.shuffle(&mut pen.rng);
    steps.into_iter().for_each(|step| pen.note(step));
}

fn chase_papers(pen: &mut Pen) {
    loop {
        let clerk = pen.clerk_after(&Wait::NEXT_TRY);
        pen.work_on(Task::FileChase, &clerk);
        let complete = pen.rng.random_ratio(18, 100);
        if complete {
            pen.schedule(Task::Validation, &clerk);
        }
        pen.complete(Task::FileChase, &clerk);
        if complete {
            return;
        }
    }
}

fn maybe_change_contract(pen: &mut Pen) {
    if pen.rng.random_ratio(3, 1_000) {
        let clerk = pen.clerk_after(&Wait::CONTRACT);
        pen.schedule(Task::ContractChange, &clerk);
    }
}
