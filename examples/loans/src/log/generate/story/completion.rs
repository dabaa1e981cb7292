use super::{GoesOn, send_offer};
use crate::{
    domain::{
        application::{Accepted, Cancelled, Declined, Finalized},
        offer::OfferSelected,
        work::Task,
    },
    log::generate::{
        odds::{Wait, pick},
        pen::Pen,
    },
};
use rand::RngExt;

#[derive(Clone, Copy)]
enum Call {
    TryAgain,
    Accept,
    Decline,
    Cancel,
    GiveUp,
}

/// Clerks call the customer until the application is complete, and then make an offer.
pub(super) fn tell(pen: &mut Pen) -> GoesOn {
    loop {
        let clerk = pen.clerk_after(&Wait::NEXT_TRY);
        pen.work_on(Task::Completion, &clerk);
        let call = pick(
            &mut pen.rng,
            &[
                (690, Call::TryAgain),
                (214, Call::Accept),
                (45, Call::Decline),
                (46, Call::Cancel),
                (5, Call::GiveUp),
            ],
        );
        match call {
            Call::TryAgain | Call::GiveUp => {}
            Call::Decline => pen.note(Declined::by(&clerk.number)),
            Call::Cancel => pen.note(Cancelled::by(&clerk.number)),
            Call::Accept => {
                pen.note(Accepted::by(&clerk.number));
                pen.wait(&Wait::AT_WORK);
                if pen.rng.random_ratio(1, 2) {
                    pen.note(OfferSelected::by(&clerk.number));
                    pen.note(Finalized::by(&clerk.number));
                } else {
                    pen.note(Finalized::by(&clerk.number));
                    pen.note(OfferSelected::by(&clerk.number));
                }
                send_offer(pen, &clerk);
            }
        }
        pen.complete(Task::Completion, &clerk);
        match call {
            Call::TryAgain => {}
            Call::Accept => return true,
            Call::Decline | Call::Cancel | Call::GiveUp => return false,
        }
    }
}
