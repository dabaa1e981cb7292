//! A process that reads the log from where it was, and keeps what it has seen in one transaction with its checkpoint.

use crate::{
    Result,
    args::Subscriber,
    origin::Place,
    plan::{Chooser, choices},
    record::{Said, orders, say},
    writer::{DEADLINE, complain, open},
};
use factum_core::{
    Causes, CheckpointKey, CheckpointStore as _, EventReader as _, Position, RecordedEvent, StoreError,
    checkpoint::{Advance, AdvanceError, Epoch},
    sink::{CommitError, Sink as _},
    store::ReadLog,
};
use factum_store_postgres::{PgStore, PgWork, sqlx};
use rand::{RngExt as _, rngs::ChaCha8Rng};
use std::time::Instant;
use tokio::time::sleep;

/// The table of what was seen, in the order in which it was.
pub(crate) const SEEN: &str = "
    CREATE SCHEMA chaos;
    CREATE TABLE chaos.seen (
        n          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        subscriber text NOT NULL,
        life       integer NOT NULL,
        position   bigint NOT NULL,
        event      uuid NOT NULL
    )";

const KEEP: &str = "
    INSERT INTO chaos.seen (subscriber, life, position, event)
    SELECT $1, $2, s.position, s.event
    FROM unnest($3::bigint[], $4::uuid[]) WITH ORDINALITY AS s (position, event, nth)
    ORDER BY s.nth";

struct Reader {
    options: Subscriber,
    store: PgStore,
    choices: ChaCha8Rng,
    /// The last position that was seen in this life.
    last: Position,
    /// Since when nothing has worked.
    failing: Option<Instant>,
}

/// Reads until its input ends.
pub(crate) async fn run(options: &Subscriber) -> Result<()> {
    // Nobody orders anything, but the process ends with its input.
    let _orders = orders();
    let store = open(&options.url).await?;
    say(&Said::Ready);
    let chooser = Chooser::Subscriber { view: options.view as u8, life: options.life };
    let mut reader = Reader {
        options: options.clone(),
        store,
        choices: choices(options.seed, chooser),
        last: Position::START,
        failing: None,
    };
    loop {
        let error = match reader.follow().await {
            Err(Stop::Store(error)) => error,
            Err(Stop::Fenced) => return Err("another subscriber has claimed the checkpoint".into()),
            Ok(never) => match never {},
        };
        complain(&error);
        let since = *reader.failing.get_or_insert_with(Instant::now);
        if since.elapsed() > DEADLINE {
            return Err(error.into());
        }
        sleep(crate::writer::AGAIN).await;
    }
}

/// Why it does not go on reading.
enum Stop {
    Store(StoreError),
    Fenced,
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<AdvanceError> for Stop {
    fn from(error: AdvanceError) -> Self {
        match error {
            AdvanceError::Store(error) => Self::Store(error),
            AdvanceError::Fenced { .. } => Self::Fenced,
            other => Self::Store(StoreError::new("moving a checkpoint", other)),
        }
    }
}

enum Never {}

impl Reader {
    /// From the checkpoint on, until something fails.
    async fn follow(&mut self) -> std::result::Result<Never, Stop> {
        let key = CheckpointKey::new(self.options.view.consumer(), self.store.log_id());
        let checkpoint = self.store.claim(&key).await?;
        // Nothing but the watch tells it of new events: one that is not told of some will be found waiting.
        let mut watch = self.store.watch();
        let mut after = checkpoint.position;
        if after < self.last {
            // A commit that failed may have been one.
            self.last = after;
        }
        loop {
            let limit = self.choices.random_range(1..800);
            let request = ReadLog::new(self.options.view.query()).after(after).limit(limit);
            let page = self.store.read_log(request).await?;
            self.failing = None;
            if page.through > after {
                self.look(after, &page.events);
                self.keep(&key, checkpoint.epoch, page.through, &page.events).await?;
                after = page.through;
            }
            if page.done && !watch.changed().await {
                return Err(StoreError::closed("watching").into());
            }
        }
    }

    /// What can be seen to be wrong without knowing what was appended.
    fn look(&mut self, after: Position, events: &[RecordedEvent]) {
        self.last = self.last.max(after);
        for event in events {
            let place = Place::of_id(event.id.0);
            if event.position <= self.last {
                say(&Said::Wrong(format!(
                    "{} was given {place} at {} after {}",
                    self.options.view.name(),
                    event.position,
                    self.last
                )));
            }
            self.last = event.position;
            let tags: Vec<_> = event.tags.iter().map(|tag| tag.as_str()).collect();
            let payload = place.payload(event.stream.as_str(), event.event_type.as_str(), &tags);
            if event.payload != payload.as_bytes() {
                say(&Said::Wrong(format!(
                    "{} was given {place} with another payload, stream, type or tags than it was written with",
                    self.options.view.name()
                )));
            }
        }
    }

    async fn keep(
        &self,
        key: &CheckpointKey,
        epoch: Epoch,
        to: Position,
        events: &[RecordedEvent],
    ) -> std::result::Result<(), Stop> {
        let advance = Advance::new(key.clone(), epoch, to);
        if events.is_empty() {
            return Ok(self.store.advance(advance).await?);
        }
        let positions: Vec<_> = events.iter().map(|event| event.position.get() as i64).collect();
        let ids: Vec<_> = events.iter().map(|event| event.id.0).collect();
        let (name, life) = (self.options.view.name(), i32::from(self.options.life));
        let work = PgWork::new(move |connection| {
            Box::pin(async move {
                let keep = sqlx::query(KEEP).bind(name).bind(life).bind(positions).bind(ids);
                keep.execute(connection).await?;
                Ok(())
            })
        });
        match self.store.commit(work, advance).await {
            Ok(()) => Ok(()),
            Err(CommitError::Advance(error)) => Err(error.into()),
            // The work can only fail if the server does.
            Err(error) => {
                Err(StoreError::unavailable("keeping what was seen", Causes(&error).to_string()).into())
            }
        }
    }
}
