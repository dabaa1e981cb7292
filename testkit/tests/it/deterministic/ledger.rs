//! What was deposited to accounts, kept in a memory store by a projection of its own, which does with events what a test says.

use async_trait::async_trait;
use factum::{
    NewEvent, Recorded, StreamId,
    memory::MemoryWork,
    prelude::*,
    projection::{Project, ProjectionError},
    sink::{Change, Collection, Document, DocumentReader as _},
};
use std::collections::BTreeMap;

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct Deposited {
    pub(crate) amount: u64,
}

/// Deposits of 1, 2, 3 and so on to these accounts.
pub(crate) fn deposits<'a>(accounts: impl IntoIterator<Item = &'a str>) -> Vec<NewEvent> {
    let deposit = |(account, amount)| {
        NewEvent::of(StreamId::new("account", account).unwrap(), &Deposited { amount }).unwrap()
    };
    accounts.into_iter().zip(1..).map(deposit).collect()
}

/// What the projection does with the events of a batch.
type OfBatch = dyn Fn(&MemoryStore, &[Recorded<LedgerEvent>]) -> MemoryWork + Send + Sync;

#[derive(Projection)]
#[projection(events(Deposited))]
pub(crate) struct Ledger {
    of_batch: Box<OfBatch>,
    begins: Box<dyn Fn() + Send + Sync>,
    most: Option<usize>,
}

impl Ledger {
    pub(crate) fn new(
        of_batch: impl Fn(&MemoryStore, &[Recorded<LedgerEvent>]) -> MemoryWork + Send + Sync + 'static,
    ) -> Self {
        Self { of_batch: Box::new(of_batch), begins: Box::new(|| ()), most: None }
    }

    /// Also does this whenever the runner begins at its checkpoint.
    pub(crate) fn begins(mut self, begins: impl Fn() + Send + Sync + 'static) -> Self {
        self.begins = Box::new(begins);
        self
    }

    /// At most so many events in a batch.
    pub(crate) fn most(mut self, events: usize) -> Self {
        self.most = Some(events);
        self
    }
}

#[async_trait]
impl Project<MemoryStore> for Ledger {
    async fn prepare(&self, _: &MemoryStore) -> Result<(), ProjectionError> {
        (self.begins)();
        Ok(())
    }

    fn most(&self) -> Option<usize> {
        self.most
    }

    async fn project(
        &self,
        store: &MemoryStore,
        events: &[Recorded<LedgerEvent>],
    ) -> Result<MemoryWork, ProjectionError> {
        Ok((self.of_batch)(store, events))
    }
}

/// The number under each key.
pub(crate) type Numbers = BTreeMap<String, u64>;

fn ledger() -> Collection {
    Collection::new("ledger", 1).unwrap()
}

fn read(body: &[u8]) -> u64 {
    serde_json::from_slice(body).unwrap()
}

/// All numbers of the ledger.
pub(crate) async fn numbers(store: &MemoryStore) -> Numbers {
    let documents = store.scan(&ledger(), None, usize::MAX).await.unwrap();
    documents.into_iter().map(|document| (document.key, read(&document.body))).collect()
}

/// Puts these numbers into the ledger, in place of those that are there.
pub(crate) fn put(numbers: Numbers) -> MemoryWork {
    MemoryWork::new(move |transaction| {
        for (key, number) in numbers {
            transaction.change(&ledger(), Change::Put(Document::new(key, number.to_string())));
        }
        Ok(())
    })
}

/// Adds these numbers to those in the ledger.
pub(crate) fn add(numbers: Numbers) -> MemoryWork {
    MemoryWork::new(move |transaction| {
        for (key, number) in numbers {
            let number = number + transaction.get(&ledger(), &key).map_or(0, |body| read(body));
            transaction.change(&ledger(), Change::Put(Document::new(key, number.to_string())));
        }
        Ok(())
    })
}

/// Gives each of these keys that is not in the ledger yet the next number.
pub(crate) fn number(keys: Vec<String>) -> MemoryWork {
    MemoryWork::new(move |transaction| {
        let mut next = transaction.get(&ledger(), "next").map_or(1, |body| read(body));
        let mut new = Numbers::new();
        for key in keys {
            if transaction.get(&ledger(), &key).is_none() && !new.contains_key(&key) {
                new.insert(key, next);
                next += 1;
            }
        }
        new.insert("next".to_owned(), next);
        for (key, number) in new {
            transaction.change(&ledger(), Change::Put(Document::new(key, number.to_string())));
        }
        Ok(())
    })
}

/// What was deposited to each account.
pub(crate) fn sums(events: &[Recorded<LedgerEvent>]) -> Numbers {
    let mut sums = Numbers::new();
    for event in events {
        let LedgerEvent::Deposited(Deposited { amount }) = &event.event;
        *sums.entry(event.stream().key().to_owned()).or_default() += amount;
    }
    sums
}

/// Where these events are in the log.
pub(crate) fn positions(events: &[Recorded<LedgerEvent>]) -> Vec<u64> {
    events.iter().map(|event| event.position().get()).collect()
}
