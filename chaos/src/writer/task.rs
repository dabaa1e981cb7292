use super::{
    AGAIN, Unknown, Versions, complain,
    content::{append, contradiction},
};
use crate::{
    origin::{Author, Origin, Place},
    plan::{Chooser, choices},
    record::{Condition, Fate, Refusal, Said, Written, say},
    world::{TAGS, TYPES, event_type, tag},
};
use factum_core::{
    Append, AppendCondition, AppendError, EventAppender as _, EventReader as _, NewEvent, Position, Query,
    QueryItem, Receipt, store::ReadLog,
};
use factum_store_postgres::PgStore;
use rand::{RngExt as _, rngs::ChaCha8Rng};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::{sleep, timeout};

/// Makes one call after the other.
pub(super) struct Task {
    pub(super) author: Author,
    pub(super) choices: ChaCha8Rng,
    pub(super) store: PgStore,
    pub(super) versions: Arc<Versions>,
    unknown: Arc<Unknown>,
    calls: u32,
    /// One that was acknowledged, to be tried again.
    done: Option<NewEvent>,
}

impl Task {
    pub(super) fn new(
        author: Author,
        seed: u64,
        store: &PgStore,
        versions: &Arc<Versions>,
        unknown: &Arc<Unknown>,
    ) -> Self {
        let Author { writer, life, task } = author;
        Self {
            author,
            choices: choices(seed, Chooser::Task { writer, life, task }),
            store: store.clone(),
            versions: Arc::clone(versions),
            unknown: Arc::clone(unknown),
            calls: 0,
            done: None,
        }
    }

    /// Until it is to rest.
    pub(super) async fn run(mut self, rests: Arc<AtomicBool>) -> Self {
        while !rests.load(Ordering::Relaxed) {
            let origin = Origin { author: self.author, call: self.calls, nth: 0 };
            self.calls += 1;
            let fates = self.call(origin).await;
            let is_away =
                fates.iter().any(|fate| matches!(fate, Fate::Refused(Refusal::Failed) | Fate::Unknown));
            say(&Said::Done { origin, fates });
            if is_away {
                sleep(AGAIN).await;
            }
        }
        self
    }

    /// The fates of the call's appends.
    async fn call(&mut self, origin: Origin) -> Vec<Fate> {
        match self.choices.random_range(0..200) {
            0..=89 => vec![self.append_one(origin).await],
            90..=135 => self.append_several(origin).await,
            136..=163 => self.transaction(origin).await,
            164..=193 => vec![self.append_on_condition(origin).await],
            194 => vec![self.append_on_wide_condition(origin).await],
            _ => vec![self.append_again(origin).await],
        }
    }

    async fn append_one(&mut self, origin: Origin) -> Fate {
        let append = append(&mut self.choices, &self.versions, origin);
        let patience = self.patience();
        let call = self.store.append_one(append.clone());
        let result = match patience {
            None => call.await,
            Some(patience) => match timeout(patience, call).await {
                Ok(result) => result,
                Err(_) => return Fate::Abandoned,
            },
        };
        let fate = self.fate(&append, result, None);
        if let (Fate::Acknowledged { .. }, Some(event)) = (&fate, append.events.into_iter().next()) {
            self.done = Some(event);
        }
        fate
    }

    async fn append_several(&mut self, origin: Origin) -> Vec<Fate> {
        let count = self.choices.random_range(2..=8);
        let appends: Vec<_> = (0..count)
            .map(|nth| append(&mut self.choices, &self.versions, Origin { nth, ..origin }))
            .collect();
        let patience = self.patience();
        let call = self.store.append(appends.clone());
        let results = match patience {
            None => call.await,
            Some(patience) => match timeout(patience, call).await {
                Ok(results) => results,
                Err(_) => return vec![Fate::Abandoned; usize::from(count)],
            },
        };
        if results.len() != appends.len() {
            say(&Said::Wrong(format!("{} appends had {} outcomes", appends.len(), results.len())));
        }
        appends.iter().zip(results).map(|(append, result)| self.fate(append, result, None)).collect()
    }

    /// How long to wait for the answer, if not for ever.
    fn patience(&mut self) -> Option<Duration> {
        let micros = self.choices.random_range(0..4_000);
        self.choices.random_ratio(1, 100).then(|| Duration::from_micros(micros))
    }

    async fn append_on_condition(&mut self, origin: Origin) -> Fate {
        let name = TAGS[self.choices.random_range(0..TAGS.len())];
        let kind = TYPES[self.choices.random_range(0..TYPES.len())];
        let (item, kind) = match self.choices.random_ratio(1, 2) {
            true => (QueryItem::types([event_type(kind)]).tag(tag(name)), Some(kind)),
            false => (QueryItem::tags([tag(name)]), None),
        };
        self.append_if(origin, item, Some(name), kind).await
    }

    async fn append_on_wide_condition(&mut self, origin: Origin) -> Fate {
        let kind = TYPES[self.choices.random_range(0..TYPES.len())];
        self.append_if(origin, QueryItem::types([event_type(kind)]), None, Some(kind)).await
    }

    async fn append_if(
        &mut self,
        origin: Origin,
        item: QueryItem,
        name: Option<&str>,
        kind: Option<&str>,
    ) -> Fate {
        let query = Query::from(item);
        let last = self.store.read_log(ReadLog::new(query.clone()).backward().limit(1)).await;
        let after = match last {
            Ok(page) => page.events.first().map_or(Position::START, |event| event.position),
            Err(error) => {
                complain(&error);
                return Fate::Refused(Refusal::Failed);
            }
        };
        let append = append(&mut self.choices, &self.versions, origin);
        let append = append.fail_if(AppendCondition::new(query, after));
        let result = self.store.append_one(append.clone()).await;
        let own = |name: &str| name.to_owned();
        let condition = Condition { tag: name.map(own), event_type: kind.map(own), after: after.get() };
        self.fate(&append, result, Some(condition))
    }

    /// Another event, together with one that is in the log already. Both have to be refused.
    async fn append_again(&mut self, origin: Origin) -> Fate {
        let mut append = append(&mut self.choices, &self.versions, origin);
        append.expected.clear();
        let Some(done) = self.done.clone() else {
            let result = self.store.append_one(append.clone()).await;
            return self.fate(&append, result, None);
        };
        append.events.truncate(1);
        let (stream, kind) = (append.events[0].stream.clone(), append.events[0].event_type.clone());
        // The place says that there are two of them, so that one alone would be noticed.
        append.events[0] = Place { origin, nth: 0, of: 2 }.event(&stream, kind, Vec::new());
        append.events.push(done);
        let result = self.store.append_one(append.clone()).await;
        if result.is_ok() {
            say(&Said::Wrong(format!("{origin} was not refused, although one of its events was in the log")));
        }
        self.fate(&append, result, None)
    }

    /// What an outcome means for the log.
    pub(super) fn fate(
        &self,
        append: &Append,
        result: Result<Receipt, AppendError>,
        condition: Option<Condition>,
    ) -> Fate {
        let origin = || Place::of_id(append.events[0].id.0).origin;
        match result {
            Ok(receipt) => {
                self.versions.learn(&receipt);
                if let Some(what) = contradiction(append, &receipt) {
                    say(&Said::Wrong(format!("{}: {what}", origin())));
                }
                Fate::Acknowledged { written: written(&receipt), condition }
            }
            Err(AppendError::Conflict(conflict)) => {
                self.versions.learn_from(&conflict);
                Fate::Refused(Refusal::Conflict)
            }
            Err(AppendError::DuplicateEvent(_)) => Fate::Refused(Refusal::Duplicate),
            Err(AppendError::OutcomeUnknown(unknown)) => {
                if !unknown.events().iter().eq(append.events.iter().map(|event| &event.id)) {
                    say(&Said::Wrong(format!(
                        "{}: the unknown events are not those that were appended",
                        origin()
                    )));
                }
                self.unknown.remember(append, false);
                Fate::Unknown
            }
            Err(AppendError::Store(error)) => {
                complain(&error);
                Fate::Refused(Refusal::Failed)
            }
            Err(other) => {
                say(&Said::Wrong(format!("{}: {other}", origin())));
                Fate::Refused(Refusal::Failed)
            }
        }
    }

    /// Nobody knows whether a transaction with these appends was committed.
    pub(super) fn lose(&self, append: &Append) -> Fate {
        self.unknown.remember(append, true);
        Fate::Unknown
    }
}

fn written(receipt: &Receipt) -> Vec<Written> {
    let written = receipt.written.iter().map(|written| Written {
        stream: written.stream.as_str().to_owned(),
        version: written.version.get(),
        position: written.position.get(),
    });
    written.collect()
}
