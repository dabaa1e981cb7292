//! What happens to one application, in four chapters. Each says whether there is another one.
//!
//! How often which turn is taken, and how long things take, is as in the bank's log.

mod completion;
mod first_look;
mod follow_up;
mod validation;

use super::{
    odds::{Wait, amount},
    pen::{Clerk, Pen},
};
use crate::{
    domain::{
        LoanId,
        application::{Case, PartlySubmitted, Submitted},
        offer::{OfferCreated, OfferSent},
        work::Task,
    },
    log::Entry,
};
use chrono::{DateTime, FixedOffset, Utc};
use rand::rngs::ChaCha8Rng;

/// Whether the application goes on.
type GoesOn = bool;

/// The story of the application that arrives at `arrival`.
pub(super) fn tell(loan: LoanId, arrival: DateTime<Utc>, rng: ChaCha8Rng) -> Vec<Entry> {
    let mut pen = Pen::new(loan, arrival, rng);
    submit(&mut pen);
    let _ended = first_look::tell(&mut pen)
        && completion::tell(&mut pen)
        && follow_up::tell(&mut pen)
        && validation::tell(&mut pen);
    pen.into_entries()
}

fn submit(pen: &mut Pen) {
    let software = Clerk::software().number;
    let case = Case { registered: pen.now().with_timezone(&winter_time()), amount: amount(&mut pen.rng) };
    pen.note(Submitted::new(software.clone(), case));
    pen.wait(&Wait::INSTANT);
    pen.note(PartlySubmitted::by(&software));
}

fn winter_time() -> FixedOffset {
    const EAST: FixedOffset = FixedOffset::east_opt(3_600).expect("an hour is less than a day");
    EAST
}

/// The offer that has been selected goes out, and somebody is to ask what the customer thinks of it.
fn send_offer(pen: &mut Pen, clerk: &Clerk) {
    pen.wait(&Wait::INSTANT);
    pen.note(OfferCreated::by(&clerk.number));
    pen.wait(&Wait::INSTANT);
    pen.note(OfferSent::by(&clerk.number));
    pen.schedule(Task::OfferFollowUp, clerk);
}
