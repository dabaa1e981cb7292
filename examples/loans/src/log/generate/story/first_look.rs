use super::GoesOn;
use crate::{
    domain::{
        application::{Declined, Preaccepted},
        work::Task,
    },
    log::generate::{
        odds::{Wait, pick},
        pen::{Clerk, Pen},
    },
};
use rand::RngExt;

#[derive(Clone, Copy)]
enum Look {
    Preaccept,
    Decline,
    AskClerk,
    SuspectFraud,
}

/// The bank's software looks at the application, and leaves it to a clerk when in doubt.
pub(super) fn tell(pen: &mut Pen) -> GoesOn {
    let software = Clerk::software();
    pen.wait(&Wait::FIRST_LOOK);
    match pick(
        &mut pen.rng,
        &[(371, Look::Preaccept), (262, Look::Decline), (362, Look::AskClerk), (5, Look::SuspectFraud)],
    ) {
        Look::Preaccept => {
            pen.note(Preaccepted::by(&software.number));
            pen.schedule(Task::Completion, &software);
            true
        }
        Look::Decline => {
            pen.note(Declined::by(&software.number));
            false
        }
        Look::AskClerk => {
            pen.schedule(Task::LeadHandling, &software);
            handle_lead(pen)
        }
        Look::SuspectFraud => {
            pen.schedule(Task::FraudAssessment, &software);
            let clerk = pen.clerk_after(&Wait::IN_TRAY);
            pen.work_on(Task::FraudAssessment, &clerk);
            pen.note(Declined::by(&clerk.number));
            pen.complete(Task::FraudAssessment, &clerk);
            false
        }
    }
}

fn handle_lead(pen: &mut Pen) -> GoesOn {
    let mut clerk = pen.clerk_after(&Wait::IN_TRAY);
    pen.work_on(Task::LeadHandling, &clerk);
    while pen.rng.random_ratio(16, 100) {
        pen.complete(Task::LeadHandling, &clerk);
        clerk = pen.clerk_after(&Wait::NEXT_TRY);
        pen.work_on(Task::LeadHandling, &clerk);
    }
    let accepted = pen.rng.random_ratio(53, 100);
    if accepted {
        pen.note(Preaccepted::by(&clerk.number));
        pen.schedule(Task::Completion, &clerk);
    } else {
        pen.note(Declined::by(&clerk.number));
    }
    pen.complete(Task::LeadHandling, &clerk);
    accepted
}
