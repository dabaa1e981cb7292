//! Compares what writers were told, what the log has, and what subscribers have seen, a round at a time.

mod ledger;
mod log;
mod order;
mod seen;
mod violation;

pub(crate) use self::{ledger::Ledger, seen::SeenSoFar, violation::Violations};

use self::order::Order;
use crate::{Result, world::View};
use factum_store_postgres::sqlx::PgPool;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What was found in the rounds before, as far as the later ones need it.
#[derive(Debug, Default)]
pub(crate) struct Verifier {
    /// Everything up to this position is verified.
    verified: u64,
    events: u64,
    order: Order,
    seen: [SeenSoFar; 3],
}

/// A round's events.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Verified {
    pub(crate) events: u64,
    pub(crate) seen: [u64; 3],
}

impl Verifier {
    /// Verifies what has come since the last time, up to `head`. Nothing is under way, and all subscribers are there.
    pub(crate) async fn verify(
        &mut self,
        pool: &PgPool,
        head: u64,
        ledger: &Mutex<Ledger>,
    ) -> Result<Verified> {
        let mut found = Violations::default();
        let entries = log::read(pool, self.verified, head, &mut found).await?;
        self.events += entries.len() as u64;
        let counted = log::count(pool, head).await?;
        if counted != self.events {
            found.wrong(format!(
                "the log has {counted} events up to {head}, and readers could see {} of them when they were there",
                self.events
            ));
        }
        self.order.verify(&entries, &mut found);

        let mut verified = Verified { events: entries.len() as u64, seen: [0; 3] };
        for (nth, view) in View::ALL.into_iter().enumerate() {
            let seen = seen::read(pool, view, &self.seen[nth]).await?;
            verified.seen[nth] = seen.len() as u64;
            self.seen[nth].verify(view, &entries, &seen, self.verified, &mut found);
        }

        let mut ledger = lock(ledger);
        ledger.settle(&entries, &self.order, &mut found);
        self.order.remember(&entries);
        ledger.violations.add(found);
        self.verified = head;
        Ok(verified)
    }
}

pub(crate) fn lock(ledger: &Mutex<Ledger>) -> MutexGuard<'_, Ledger> {
    ledger.lock().unwrap_or_else(PoisonError::into_inner)
}
