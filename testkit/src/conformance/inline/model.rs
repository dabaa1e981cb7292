//! A read model that changes with the appends, and what may be said of it.

use super::{
    HOUR, done,
    notes::{Notes, OwnNotes, fold, name},
};
use crate::conformance::steps::{log_by, types};
use bytes::Bytes;
use factum_core::{
    Checkpoint, CheckpointKey, Position, Query, QueryItem,
    checkpoint::{Advance, AdvanceError, Epoch},
    lease::{Group, NodeId},
    projection::Inline,
    sink::{Attached, Change, Collection, CommitError, Document, DocumentSink, InlineStore},
    store::ReadLog,
};
use std::{collections::BTreeMap, sync::Arc};

/// A read model in a store.
pub(super) struct Model<S: InlineStore> {
    pub(super) store: S,
    pub(super) query: Query,
    name: &'static str,
    /// Those who run it.
    pub(super) group: Group,
    /// As long as the appends of the store change it.
    attached: Option<Attached<S>>,
}

type Documents = BTreeMap<String, Vec<String>>;

/// The events that it is made from, where nothing else is said.
pub(super) fn of_notes() -> Query {
    types(&["Noted", "Erased"]).into()
}

impl<S: InlineStore + DocumentSink> Model<S> {
    /// The `N`th, which was never founded; the appends of `store` change it.
    pub(super) async fn attached<const N: usize>(store: &S, query: Query) -> Self {
        let inline = Inline::new(Arc::new(Notes::<N> { query: query.clone() }));
        Self::of(store, N, query, inline.expect("the suite uses valid names")).await
    }

    /// By a projection with work of its own.
    pub(super) async fn with_work(store: &S) -> Self {
        let inline = Inline::new(Arc::new(OwnNotes { sink: store.clone(), query: of_notes() }));
        let model = Self::of(store, 2, of_notes(), inline.expect("the suite uses valid names")).await;
        model.found(1).await;
        model
    }

    async fn of(store: &S, n: usize, query: Query, inline: Inline<S>) -> Self {
        let group = Group::new(inline.consumer().clone(), store.log_id(), 1);
        let attached = Some(store.inlines().attach(inline));
        let model = Self { store: store.clone(), query, name: name(n), group, attached };
        done(model.store.prepare(&model.collection(0)).await);
        model
    }

    /// The first one, which was founded.
    pub(super) async fn new(store: &S) -> Self {
        Self::founded::<0>(store, of_notes()).await
    }

    pub(super) async fn founded<const N: usize>(store: &S, query: Query) -> Self {
        let model = Self::attached::<N>(store, query).await;
        model.found(1).await;
        model
    }

    /// A node that is gone at once founds the consumer.
    pub(super) async fn found(&self, partitions: u16) {
        let group = Group::new(self.group.consumer.clone(), self.group.log, partitions);
        done(self.store.beat(&group, NodeId::random(), std::time::Duration::ZERO).await);
    }

    /// Appends change it no more.
    pub(super) fn detach(&mut self) {
        self.attached = None;
    }

    pub(super) fn collection(&self, generation: u32) -> Collection {
        let collection = Collection::new(self.name, 1).expect("the suite uses valid names");
        collection.in_generation(generation)
    }

    pub(super) fn key(&self) -> CheckpointKey {
        self.group.key(0)
    }

    pub(super) async fn checkpoint(&self) -> Option<Checkpoint> {
        done(self.store.checkpoint(&self.key()).await)
    }

    /// That of one which was founded.
    pub(super) async fn at(&self) -> Checkpoint {
        self.checkpoint().await.expect("a checkpoint that is there stays")
    }

    pub(super) async fn documents(&self) -> Documents {
        self.documents_of(0).await
    }

    pub(super) async fn documents_of(&self, generation: u32) -> Documents {
        let found = done(self.store.scan(&self.collection(generation), None, 10_000).await);
        let lines = |body: &Bytes| serde_json::from_slice(body).expect("a document is as it was written");
        found.iter().map(|document| (document.key.clone(), lines(&document.body))).collect()
    }

    /// What the log makes of it.
    pub(super) async fn expected(&self) -> Documents {
        fold(&log_by(&self.store, ReadLog::new(self.query.clone())).await)
    }

    /// Every event that concerns it is in it, and the checkpoint is here.
    pub(super) async fn is_at(&self, position: Position, when: &str) {
        assert_eq!(self.documents().await, self.expected().await, "{when}");
        assert_eq!(self.at().await.position, position, "{when}");
    }

    /// What is in it is what its checkpoint says, whatever was left to those who run it; and when they have applied that, every event
    /// is in it.
    pub(super) async fn is_right(&self) {
        let mut events = log_by(&self.store, ReadLog::new(self.query.clone())).await;
        let Some(last) = events.last().map(|event| event.position) else { return };
        let at = self.at().await.position;
        events.retain(|event| event.position <= at);
        assert_eq!(self.documents().await, fold(&events), "at {at}");
        if at < last {
            self.run(last).await;
        }
        assert_eq!(self.documents().await, self.expected().await);
    }

    /// Nothing is in it, and the checkpoint is where it was.
    pub(super) async fn is_empty_at(&self, checkpoint: Option<Checkpoint>, when: &str) {
        assert_eq!(self.documents().await, Documents::new(), "{when}");
        assert_eq!(self.checkpoint().await, checkpoint, "{when}");
    }

    /// A lease that nobody is in the way of.
    pub(super) async fn leased(&self, node: NodeId) -> Checkpoint {
        let given = done(self.store.lease(&self.group, 0, node, HOUR).await);
        given.unwrap_or_else(|| panic!("{} is free and was not given", self.group))
    }

    /// What somebody who runs it does: applies everything up to here.
    pub(super) async fn run(&self, through: Position) {
        let node = NodeId::random();
        let epoch = self.leased(node).await.epoch;
        let outcome = self.commit(0, epoch, through).await;
        outcome.unwrap_or_else(|error| {
            panic!("a commit that nothing is in the way of failed: {error} ({error:?})")
        });
        done(self.store.release(&self.key(), node).await);
    }

    /// The same of a generation, by the owner of this epoch.
    pub(super) async fn commit(
        &self,
        generation: u32,
        epoch: Epoch,
        through: Position,
    ) -> Result<(), CommitError> {
        let mut events = log_by(&self.store, ReadLog::new(self.query.clone())).await;
        events.retain(|event| event.position <= through);
        let documents = fold(&events);
        let mut changes: Vec<_> = self
            .documents_of(generation)
            .await
            .into_keys()
            .filter(|key| !documents.contains_key(key))
            .map(|key| Change::Delete { key })
            .collect();
        changes.extend(documents.into_iter().map(|(key, lines)| {
            Change::Put(Document::new(key, serde_json::to_vec(&lines).expect("text can be written")))
        }));
        let work = self.store.changes(&self.collection(generation), changes);
        let consumer = self.group.consumer.generation(generation).expect("the suite uses valid names");
        let key = CheckpointKey::new(consumer, self.group.log);
        self.store.commit(work, Advance::new(key, epoch, through)).await
    }

    /// A move by the owner of this epoch.
    pub(super) async fn advance(&self, epoch: Epoch, to: Position) -> Result<(), AdvanceError> {
        self.store.advance(Advance::new(self.key(), epoch, to)).await
    }
}

/// Events of one type.
pub(super) fn of_type(name: &str) -> QueryItem {
    types(&[name])
}
