use super::{GoesOn, send_offer};
use crate::{
    domain::{
        application::Cancelled,
        offer::{OfferCancelled, OfferReturned, OfferSelected},
        work::Task,
    },
    log::generate::{
        odds::{Wait, pick},
        pen::{Clerk, Pen},
    },
};
use chrono::TimeDelta;
use rand::RngExt;

#[derive(Clone, Copy)]
enum Answer {
    NotYet,
    Signed,
    AnotherOffer,
    NoThanks,
    Silence,
}

/// What the bank waits for a customer's answer, all in all.
const PATIENCE: TimeDelta = TimeDelta::days(31);

/// Clerks ask the customer about the offer until it comes back, or the customer wants it no more.
pub(super) fn tell(pen: &mut Pen) -> GoesOn {
    loop {
        let clerk = pen.clerk_after(&Wait::FOLLOW_UP);
        if pen.age() > PATIENCE {
            cancel(pen, &Clerk::software());
            return false;
        }
        pen.work_on(Task::OfferFollowUp, &clerk);
        let answer = pick(
            &mut pen.rng,
            &[
                (690, Answer::NotYet),
                (175, Answer::Signed),
                (75, Answer::AnotherOffer),
                (50, Answer::NoThanks),
                (10, Answer::Silence),
            ],
        );
        match answer {
            Answer::NotYet | Answer::Silence => {}
            Answer::Signed => {
                pen.note(OfferReturned::by(&clerk.number));
                pen.schedule(Task::Validation, &clerk);
            }
            Answer::AnotherOffer => {
                pen.note(OfferSelected::by(&clerk.number));
                pen.note(OfferCancelled::by(&clerk.number));
                send_offer(pen, &clerk);
            }
            Answer::NoThanks => cancel(pen, &clerk),
        }
        pen.complete(Task::OfferFollowUp, &clerk);
        match answer {
            Answer::NotYet | Answer::AnotherOffer => {}
            Answer::Signed => return true,
            Answer::NoThanks | Answer::Silence => return false,
        }
    }
}

fn cancel(pen: &mut Pen, clerk: &Clerk) {
    let by = &clerk.number;
    if pen.rng.random_ratio(1, 2) {
        pen.note(OfferCancelled::by(by));
        pen.note(Cancelled::by(by));
    } else {
        pen.note(Cancelled::by(by));
        pen.note(OfferCancelled::by(by));
    }
}
