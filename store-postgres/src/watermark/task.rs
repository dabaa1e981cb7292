use super::{
    LOOK, Shared,
    proof::{self, Proof},
    status::{Held, Owner, Status},
    visible,
};
use crate::{PgConfig, database::Database, subscribe::Wakes};
use factum_core::StoreError;
use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// While appends come, the mark follows them this often; readers do not wait for it.
const PACE: Duration = Duration::from_millis(20);
/// How long a hole is left to fill by itself before the next look, at first and at most.
const HOLE: (Duration, Duration) = (Duration::from_micros(500), Duration::from_millis(20));
/// How often to look where other processes say what they have appended, in case their word is lost; and where they cannot.
const IDLE: Duration = Duration::from_secs(1);
const IDLE_UNTOLD: Duration = Duration::from_millis(50);
/// How often to look for what a caller's transaction has appended, whose end nobody announces, and for how long.
const EXPECTING: Duration = Duration::from_millis(5);
const EXPECT: Duration = Duration::from_secs(60);
/// How often the mark is published while it moves.
const PUBLISH: Duration = Duration::from_secs(1);
/// A hole that is held for so long is worth a warning, repeated each time that it has become as long again.
const LONG: Duration = Duration::from_secs(5);

/// Moves the mark.
pub(super) struct Task {
    database: Arc<Database>,
    shared: Arc<Shared>,
    wakes: Arc<Wakes>,
    idle: Duration,
    /// A replica cannot see who holds the lock on the primary, and follows the mark that is published there.
    is_replica: bool,
    proof: Proof,
    newest: u64,
    published: u64,
    published_at: Instant,
    pause: Duration,
    /// The position that a caller has drawn, and how long to look for it often.
    expecting: Option<(u64, Instant)>,
    /// Since when the present hole is held, and when to warn of it. A look that fails says nothing about it.
    held_since: Option<(u64, Instant, Duration)>,
    #[cfg(feature = "metrics")]
    meter: super::meter::Meter,
}

impl Task {
    pub(super) fn new(
        config: &PgConfig,
        database: Arc<Database>,
        shared: Arc<Shared>,
        wakes: Arc<Wakes>,
        is_replica: bool,
    ) -> Self {
        let mark = shared.mark.load(Ordering::Acquire);
        #[cfg(feature = "metrics")]
        let meter = super::meter::Meter::new(&config.schema);
        Self {
            database,
            shared,
            wakes,
            idle: if config.pooler || is_replica { IDLE_UNTOLD } else { IDLE },
            is_replica,
            proof: Proof::new(mark),
            newest: mark,
            published: mark,
            published_at: Instant::now(),
            pause: HOLE.0,
            expecting: None,
            held_since: None,
            #[cfg(feature = "metrics")]
            meter,
        }
    }

    /// Looks again and again, until the store is closed.
    pub(super) async fn run(mut self) {
        loop {
            let before = self.proof.mark();
            let look = self.shared.begun.fetch_add(1, Ordering::AcqRel) + 1;
            let looked = if self.is_replica { self.follow().await } else { self.look().await };
            let again = self.tell(look, looked, before);
            if again {
                continue;
            }
            let pause = if self.proof.has_holes() { self.pause } else { self.idle() };
            tokio::select! {
                biased;
                () = self.shared.asked.notified() => {}
                () = self.shared.appended.notified() => tokio::select! {
                    () = self.shared.asked.notified() => {}
                    () = sleep(PACE.min(pause)) => {}
                },
                () = sleep(pause) => {}
            }
        }
    }

    /// How long nothing is likely to happen unannounced.
    fn idle(&mut self) -> Duration {
        let expected = self.shared.expected.load(Ordering::Acquire);
        if expected <= self.proof.mark() {
            self.expecting = None;
            return self.idle;
        }
        let (_, until) = *self
            .expecting
            .filter(|(position, _)| *position == expected)
            .get_or_insert((expected, Instant::now() + EXPECT));
        if self.expecting.is_none_or(|(position, _)| position != expected) {
            self.expecting = Some((expected, until));
        }
        if Instant::now() < until { EXPECTING } else { self.idle }
    }

    /// One look at the positions, and if there are holes, one at who may own them. Gives those who hold the first one.
    async fn look(&mut self) -> Result<(bool, Vec<Owner>), StoreError> {
        let seen = visible(&self.database, self.proof.mark()).await?;
        self.newest = self.newest.max(seen.last().copied().unwrap_or_default());
        self.proof.see(&seen);
        if !self.proof.has_holes() {
            self.publish().await;
            return Ok((seen.len() == LOOK, Vec::new()));
        }
        let owners = owners(&self.database).await?;
        self.proof.hold(owners.iter().map(|owner| proof::Owner::new(&*owner.transaction)).collect());
        Ok((self.proof.is_decisive(), owners))
    }

    /// What a look has found, for readers. Whether to look again at once.
    fn tell(&mut self, look: u64, looked: Result<(bool, Vec<Owner>), StoreError>, before: u64) -> bool {
        let mark = self.proof.mark();
        self.shared.mark.store(mark, Ordering::Release);
        let mut again = false;
        let newest = self.newest;
        let moved = self.shared.status.borrow().newest < newest || before < mark;
        self.pause = if before < mark { HOLE.0 } else { (self.pause * 2).min(HOLE.1) };
        let (held, failure) = match looked {
            Ok((at_once, owners)) => {
                again = at_once;
                (self.held(owners), None)
            }
            Err(error) => {
                if self.shared.status.borrow().failure.is_none() {
                    tracing::warn!(error = %factum_core::Causes(&error), "looking for the end of the log failed");
                }
                (None, Some(error.to_string().into()))
            }
        };
        self.shared.status.send_modify(|status| {
            let looked_at = if failure.is_none() { Some(Instant::now()) } else { status.looked_at };
            *status = Status { mark, newest, looks: look, is_deciding: again, looked_at, held, failure };
        });
        #[cfg(feature = "metrics")]
        self.meter.tell(&self.shared.status.borrow());
        // What is behind a hole, or was appended by another process.
        if moved {
            self.wakes.wake();
        }
        again
    }

    /// The hole that readers wait for, after a look that has found these owners. Names those who have kept everybody waiting
    /// for long.
    fn held(&mut self, mut owners: Vec<Owner>) -> Option<Held> {
        let Some((position, by)) = self.proof.held() else {
            self.held_since = None;
            return None;
        };
        owners.retain(|owner| by.iter().any(|one| one.name() == owner.transaction));
        let known = self.held_since.filter(|(known, ..)| *known == position);
        let (_, since, mut warn_after) = known.unwrap_or_else(|| (position, Instant::now(), LONG));
        if since.elapsed() >= warn_after {
            warn_after *= 2;
            tracing::warn!(
                position,
                seconds = since.elapsed().as_secs(),
                ?owners,
                "readers wait for a transaction that has appended and not ended"
            );
        }
        self.held_since = Some((position, since, warn_after));
        Some(Held { position, since, owners })
    }

    /// Keeps the mark for processes that start, and for replicas. Losing one does no harm.
    async fn publish(&mut self) {
        let mark = self.proof.mark();
        if mark > self.published && self.published_at.elapsed() >= PUBLISH {
            self.published_at = Instant::now();
            let publish = &self.database.sql.watermark.publish;
            if self.database.execute("publishing the mark", publish, &[&(mark as i64)]).await.is_ok() {
                self.published = mark;
            }
        }
    }

    /// Reads the mark that the primary has published.
    async fn follow(&mut self) -> Result<(bool, Vec<Owner>), StoreError> {
        let published = &self.database.sql.watermark.published;
        let rows = self.database.query("reading the mark", published, &[]).await?;
        if let Some(row) = rows.first() {
            let (mark, is_replica): (i64, bool) = (row.get(0), row.get(1));
            self.proof = Proof::new(self.proof.mark().max(mark as u64));
            self.newest = self.newest.max(mark as u64);
            // It has been promoted.
            self.is_replica = is_replica;
        }
        Ok((false, Vec::new()))
    }
}

async fn owners(database: &Database) -> Result<Vec<Owner>, StoreError> {
    let holders = &database.sql.watermark.holders;
    let rows = database.query("looking for open appends", holders, &[]).await?;
    let owner = |row: &tokio_postgres::Row| Owner {
        transaction: row.get(0),
        pid: row.get(1),
        application: row.get(2),
        state: row.get(3),
        age: row.get(4),
    };
    Ok(rows.iter().map(owner).collect())
}
