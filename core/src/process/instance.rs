use super::{
    Place, Undelivered,
    delivery::{page, read},
    names,
    stored::{self, INSTANCES, Kept},
};
use crate::{
    ConsumerName, CorrelationId, Invalid, LogId, Position, QuarantineStore, StoreError, Timestamp,
    quarantine::{Asked, Lane, ListParked, Request},
    sink::{Collection, DocumentReader, DocumentSink},
};
use serde_json::value::RawValue;
use std::{collections::HashMap, fmt, sync::Arc};

/// How many documents are read at once.
const PAGE: usize = 1_000;

/// An instance of a process as it is now.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Instance<S = Box<RawValue>> {
    /// Its key, as it is printed.
    pub key: String,
    /// Its state.
    pub state: S,
    /// The version of the state's shape with which it was kept.
    pub version: u32,
    /// The event that started it.
    pub started: Place,
    /// The last event that it has reacted to.
    pub last: Place,
    /// What all that it does carries.
    pub correlation: CorrelationId,
    /// How many commands it has sent.
    pub sent: u64,
    /// Its deadlines, by name.
    pub deadlines: Vec<PendingDeadline>,
    /// The commands that it has sent and that have no answer yet, in order.
    pub undelivered: Vec<Undelivered>,
    /// Why it does not go on, if it does not: at most one for the events that come to it, and one for the commands that it has sent.
    pub stuck: Vec<Stuck>,
}

/// A deadline that has not fired, or has not been reacted to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingDeadline {
    /// What it is called.
    pub name: String,
    /// When it is due.
    pub due: Timestamp,
}

/// Why an instance does not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stuck {
    /// Of which instance, by its printed key.
    pub key: String,
    /// The event that it could not take, or for which it has sent the command that failed.
    pub position: Position,
    /// What it is that failed.
    pub what: What,
    /// The error, with its causes.
    pub error: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Since when it waits, by the store's clock.
    pub since: Timestamp,
    /// What somebody has asked to be done about it.
    pub asked: Option<Asked>,
}

/// What can fail of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum What {
    /// It could not take an event.
    Event,
    /// A command was not accepted.
    Command,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Event => "event",
            Self::Command => "command",
        })
    }
}

/// The instances of one process, whatever their state is in Rust: for tools. Where the type is known,
/// [`Processes`](super::Processes) reads the state too.
#[derive(Clone)]
pub struct Instances {
    reader: Arc<dyn DocumentReader>,
    quarantine: Arc<dyn QuarantineStore>,
    log: LogId,
    collection: Collection,
    /// Who reacts to events.
    consumer: ConsumerName,
    /// Who sends commands.
    agent: ConsumerName,
}

impl Instances {
    /// Those of the process `name` over `log`, in `sink`.
    ///
    /// # Errors
    /// [`Invalid`] when this cannot be the name of a process.
    pub fn new<K: DocumentSink>(sink: K, log: LogId, name: &str) -> Result<Self, Invalid> {
        Self::of(Arc::new(sink.clone()), Arc::new(sink), log, name)
    }

    /// The same, of a sink that can be read and asked, and not be written to.
    ///
    /// # Errors
    /// [`Invalid`] when this cannot be the name of a process.
    pub fn of(
        reader: Arc<dyn DocumentReader>,
        quarantine: Arc<dyn QuarantineStore>,
        log: LogId,
        name: &str,
    ) -> Result<Self, Invalid> {
        let collection = names::collection(name)?;
        Ok(Self {
            reader,
            quarantine,
            log,
            consumer: collection.consumer()?,
            agent: names::agent(name)?,
            collection,
        })
    }

    /// The name of the process that is run by `consumer`, if it is one.
    #[must_use]
    pub fn process_of(consumer: &ConsumerName) -> Option<String> {
        let collection = Collection::of(consumer)?;
        names::of_collection(&collection).map(str::to_owned)
    }

    /// Who sends the commands of the process, and fires its deadlines.
    #[must_use]
    pub const fn agent(&self) -> &ConsumerName {
        &self.agent
    }

    /// The instance with this key, if it is there.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn get(&self, key: &str) -> Result<Option<Instance>, StoreError> {
        let document = stored::instance(key);
        let body = self.reader.load(&self.collection, vec![document.clone()]).await?.pop().flatten();
        let Some(body) = body else { return Ok(None) };
        let mut instance = [instance(key, read(&self.collection, &document, &body)?)];
        self.add_undelivered(&mut instance).await?;
        instance[0].stuck = self.stuck_of(key).await?;
        let [instance] = instance;
        Ok(Some(instance))
    }

    /// Instances in the order of their keys, by bytes: at most `limit`, after the one with the key `after`.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub async fn page(&self, after: Option<&str>, limit: usize) -> Result<Vec<Instance>, StoreError> {
        let after = after.map(stored::instance);
        let kept: Vec<(String, Kept)> =
            page(&*self.reader, &self.collection, INSTANCES, after.as_deref(), limit).await?;
        let of = |(key, kept): (String, Kept)| instance(&key[INSTANCES.len()..], kept);
        let mut instances: Vec<_> = kept.into_iter().map(of).collect();
        self.add_undelivered(&mut instances).await?;
        let mut stuck: HashMap<String, Vec<Stuck>> = HashMap::new();
        for one in self.stuck().await? {
            stuck.entry(one.key.clone()).or_default().push(one);
        }
        for instance in &mut instances {
            instance.stuck = stuck.remove(&instance.key).unwrap_or_default();
        }
        Ok(instances)
    }

    /// All of them, in the order of their keys, by bytes.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub async fn list(&self) -> Result<Vec<Instance>, StoreError> {
        let mut all: Vec<Instance> = Vec::new();
        loop {
            let page = self.page(all.last().map(|last| last.key.as_str()), PAGE).await?;
            let is_last = page.len() < PAGE;
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }

    /// What does not go on, and why: also of instances that are not there yet, or that have ended.
    ///
    /// # Errors
    /// [`StoreError`] when that cannot be read.
    pub async fn stuck(&self) -> Result<Vec<Stuck>, StoreError> {
        let mut all = self.parked(&self.consumer, What::Event, None).await?;
        all.extend(self.parked(&self.agent, What::Command, None).await?);
        all.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(all)
    }

    async fn stuck_of(&self, key: &str) -> Result<Vec<Stuck>, StoreError> {
        let mut all = self.parked(&self.consumer, What::Event, Some(key)).await?;
        all.extend(self.parked(&self.agent, What::Command, Some(key)).await?);
        Ok(all)
    }

    /// The commands that have no answer yet, of all instances, in the order in which they were sent.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub async fn undelivered(&self) -> Result<Vec<Undelivered>, StoreError> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = Undelivered::load(&*self.reader, &self.collection, after.as_deref(), PAGE).await?;
            let is_last = page.len() < PAGE;
            after = page.last().map(|(key, _)| key.clone()).or(after);
            all.extend(page.into_iter().map(|(_, command)| command));
            if is_last {
                return Ok(all);
            }
        }
    }

    /// Has tried again what an instance is stuck with: the event that it could not take, the command that was not accepted, or
    /// both. Says how many there are. Whoever runs the process does it.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be asked for.
    pub async fn retry(&self, key: &str) -> Result<u64, StoreError> {
        self.request(key, Request::Retry).await
    }

    /// Has left out for good what an instance is stuck with: it goes on as if there had been no such event, and as if the command
    /// had been accepted. Says how many there are.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be asked for.
    pub async fn skip(&self, key: &str) -> Result<u64, StoreError> {
        self.request(key, Request::Skip).await
    }

    async fn request(&self, key: &str, request: Request) -> Result<u64, StoreError> {
        let lane = Lane::Document(key.to_owned());
        let mut count = 0;
        for consumer in [&self.consumer, &self.agent] {
            count += self.quarantine.request(consumer, self.log, Some(&lane), None, request).await?;
        }
        Ok(count)
    }

    async fn add_undelivered(&self, instances: &mut [Instance]) -> Result<(), StoreError> {
        let mut by_instance: HashMap<String, Vec<Undelivered>> = HashMap::new();
        for command in self.undelivered().await? {
            by_instance.entry(command.instance.clone()).or_default().push(command);
        }
        for instance in instances {
            instance.undelivered = by_instance.remove(&instance.key).unwrap_or_default();
        }
        Ok(())
    }

    async fn parked(
        &self,
        consumer: &ConsumerName,
        what: What,
        key: Option<&str>,
    ) -> Result<Vec<Stuck>, StoreError> {
        let mut all = ListParked::new(consumer.clone(), self.log).heads();
        if let Some(key) = key {
            all = all.lane(Lane::Document(key.to_owned()));
        }
        let (mut found, mut next) = (Vec::new(), Some(all.clone()));
        while let Some(request) = next {
            let page = self.quarantine.parked(request).await?;
            next = page.last().map(|last| all.clone().after(last.lane.clone(), last.position));
            for parked in page {
                // What cannot be told of which instance it is, is in order with its stream.
                let key = match parked.lane {
                    Lane::Document(key) => key,
                    Lane::Stream(stream) => stream.key().to_owned(),
                };
                let (error, attempts) = match parked.failure {
                    Some(failure) => (failure.error, failure.attempts),
                    None => (String::new(), 0),
                };
                let (position, since, asked) = (parked.position, parked.parked_at, parked.request);
                found.push(Stuck { key, position, what, error, attempts, since, asked });
            }
        }
        Ok(found)
    }
}

impl fmt::Debug for Instances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instances").field("collection", &self.collection).finish_non_exhaustive()
    }
}

fn instance(key: &str, kept: Kept) -> Instance {
    let Kept { version, state, correlation, started, last, sent, deadlines } = kept;
    let pending = |(name, due): (String, stored::Due)| PendingDeadline { name, due: due.due };
    Instance {
        key: key.to_owned(),
        state,
        version,
        started,
        last,
        correlation,
        sent,
        deadlines: deadlines.into_iter().map(pending).collect(),
        undelivered: Vec::new(),
        stuck: Vec::new(),
    }
}
