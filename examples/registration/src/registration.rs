//! The process: from a registration to a confirmed user, or to a free address.

#[cfg(test)]
mod tests;

use crate::{
    address::{Confirmed, Email, Expire, Registered, UserId},
    message::Welcome,
};
use factum::prelude::*;
use std::{env, time::Duration};

/// How long somebody has to confirm: a day, unless the environment says otherwise.
pub(crate) fn to_confirm() -> Duration {
    let seconds = env::var("SECONDS_TO_CONFIRM").ok().and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(seconds.unwrap_or(86_400))
}

/// Time is up.
#[derive(Event, Serialize, Deserialize)]
pub(crate) struct Overdue;

/// One instance for each address that waits to be confirmed.
#[derive(ProcessManager, Debug, Default, Serialize, Deserialize)]
#[process(
    key = Email,
    key(email: Registered, Confirmed),
    events(Registered, Confirmed, Overdue),
    starts(Registered),
    commands(Welcome, Expire)
)]
pub(crate) struct Registration {
    user: Option<UserId>,
}

impl React<Registered> for Registration {
    fn react(&mut self, registered: &Registered, next: &mut Next<'_, Self>) {
        self.user = Some(registered.user.clone());
        next.schedule("confirmation", to_confirm(), Overdue);
    }
}

impl React<Confirmed> for Registration {
    fn react(&mut self, _: &Confirmed, next: &mut Next<'_, Self>) {
        if let Some(user) = self.user.take() {
            next.send(Welcome { user });
        }
        next.end();
    }
}

impl React<Overdue> for Registration {
    fn react(&mut self, _: &Overdue, next: &mut Next<'_, Self>) {
        next.send(Expire { email: next.key().clone() });
        next.end();
    }
}
