//! The promises of [`DocumentSink`], and of the [`Sink`](factum_core::sink::Sink) that
//! it is.

pub mod commit;
pub mod generations;
pub mod keep;
mod list;
pub mod repairs;
pub mod survive;

use super::{Case, Fixture, macros::list};
use bytes::Bytes;
use factum_core::{
    CheckpointKey, LogId, Position, StoreError,
    checkpoint::{Advance, Epoch},
    sink::{Change, Collection, CommitError, Document, DocumentSink},
};

/// All cases, the simple ones first.
#[must_use]
pub fn cases<F: Fixture<Store: DocumentSink>>() -> Vec<Case> {
    Case::all(crate::__conformance_documents_cases!([list]), || Box::pin(F::make()))
}

fn done<T>(outcome: Result<T, StoreError>) -> T {
    outcome.unwrap_or_else(|error| panic!("the sink failed: {error} ({error:?})"))
}

fn balances() -> Collection {
    collection("balances", 1)
}

fn collection(name: &'static str, version: u32) -> Collection {
    Collection::new(name, version).expect("the suite uses valid names")
}

fn put(key: &str, body: &str) -> Change {
    Change::Put(Document::new(key, body.to_owned()))
}

fn delete(key: &str) -> Change {
    Change::Delete { key: key.to_owned() }
}

/// The owner of a checkpoint of its own, who commits changes.
struct Owner {
    key: CheckpointKey,
    epoch: Epoch,
    reached: u64,
}

impl Owner {
    async fn of(sink: &impl DocumentSink, consumer: &str) -> Self {
        let key = CheckpointKey::new(consumer.parse().expect("a valid name"), LogId::random());
        let epoch = done(sink.claim(&key).await).epoch;
        Self { key, epoch, reached: 0 }
    }

    async fn try_commit(
        &self,
        sink: &impl DocumentSink,
        collection: &Collection,
        changes: Vec<Change>,
        to: u64,
    ) -> Result<(), CommitError> {
        let work = sink.changes(collection, changes);
        sink.commit(work, Advance::new(self.key.clone(), self.epoch, Position::new(to))).await
    }

    async fn commit(&mut self, sink: &impl DocumentSink, collection: &Collection, changes: Vec<Change>) {
        self.reached += 1;
        let outcome = self.try_commit(sink, collection, changes, self.reached).await;
        outcome.unwrap_or_else(|error| {
            panic!("a commit that nothing is in the way of failed: {error} ({error:?})")
        });
    }
}

/// A sink with the collection [`balances`], and somebody who commits to it.
async fn prepared<S: DocumentSink>(place: &impl Fixture<Store = S>) -> (S, Owner) {
    let sink = place.open().await;
    done(sink.prepare(&balances()).await);
    let owner = Owner::of(&sink, "balances").await;
    (sink, owner)
}

async fn load(sink: &impl DocumentSink, collection: &Collection, keys: &[&str]) -> Vec<Option<Bytes>> {
    done(sink.load(collection, keys.iter().map(|&key| key.to_owned()).collect()).await)
}

/// All documents, as `key=body`.
async fn all(sink: &impl DocumentSink, collection: &Collection) -> Vec<String> {
    let documents = done(sink.scan(collection, None, 10_000).await);
    documents.iter().map(|found| format!("{}={}", found.key, String::from_utf8_lossy(&found.body))).collect()
}
