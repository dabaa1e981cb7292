//! Sinks of documents, with a defect.

mod asked;

use super::{mutants, quarantine::Waiting};
use async_trait::async_trait;
use bytes::Bytes;
use factum_core::{
    Checkpoint, CheckpointKey, CheckpointStore, ConsumerName, LogId, Position, StoreError, Timestamp,
    checkpoint::{Advance, AdvanceError, Epoch},
    lease::{Group, LeaseStore, NodeId, Roll},
    quarantine::{Asked, Lane, ListParked, Parked, QuarantineStore, Request},
    sink::{
        Change, Collection, CommitError, Document, DocumentReader, DocumentSink, GenerationStore,
        Generations, Removal, Repair, RepairId, Sink,
    },
};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::{Fixture, documents::cases};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

type Work = Vec<(Collection, Change)>;

#[derive(Default)]
struct Kept {
    documents: BTreeMap<(Collection, String), Bytes>,
    checkpoints: BTreeMap<CheckpointKey, Checkpoint>,
    quarantine: Waiting,
    /// Of leases and generations.
    others: MemoryStore,
}

impl Kept {
    /// Where the checkpoint is after `advance`, or why it is refused.
    fn moved(&self, advance: &Advance) -> Result<Checkpoint, AdvanceError> {
        advance.apply_to(self.checkpoints.get(&advance.key).copied())
    }

    /// Makes a move that may be made, with what changes together with it.
    fn finish(&mut self, work: Work, advance: &Advance, moved: Checkpoint) {
        self.apply(work);
        self.quarantine.change(&advance.key, advance.quarantine.clone());
        self.checkpoints.insert(advance.key.clone(), moved);
    }

    fn apply(&mut self, work: Work) {
        for (collection, change) in work {
            match change {
                Change::Put(document) => self.documents.insert((collection, document.key), document.body),
                Change::Delete { key } => self.documents.remove(&(collection, key)),
            };
        }
    }
}

/// What is done otherwise than it should be. Everything that is not overridden is done right.
trait Defect: Default + Send + Sync + 'static {
    /// What a collection is kept under.
    fn collection(&self, collection: &Collection) -> Collection {
        collection.clone()
    }

    fn prepare(&self, _kept: &mut Kept) {}

    /// Done to the changes of a commit.
    fn rewrite(&self, _kept: &Kept, _work: &mut Work) {}

    fn commit(&self, kept: &mut Kept, work: Work, advance: &Advance) -> Result<(), CommitError> {
        let moved = kept.moved(advance)?;
        kept.finish(work, advance, moved);
        Ok(())
    }

    /// Done to what was found for the keys.
    fn load(&self, _found: &mut Vec<Option<Bytes>>) {}

    /// The page of `all` documents of a collection, which are in the order of their keys.
    fn scan(&self, all: Vec<Document>, after: Option<&str>, limit: usize) -> Vec<Document> {
        let rest = all.into_iter().filter(|document| after.is_none_or(|after| document.key.as_str() > after));
        rest.take(limit).collect()
    }

    /// Done to what is asked for, of one document or of all.
    fn repairs(&self, _found: &mut Vec<Repair>) {}

    /// What an answer is about, and what it says.
    fn answer(&self, _kept: &[Repair], id: RepairId, failure: Option<String>) -> (RepairId, Option<String>) {
        (id, failure)
    }

    /// Whether a generation may be removed, if it is known what is right.
    fn removes(&self, right: Removal) -> bool {
        right == Removal::Removed
    }

    /// What is left of a generation that is removed: whether its documents, its checkpoint, its quarantine.
    fn leaves(&self) -> [bool; 3] {
        [false; 3]
    }

    /// What is left of `kept` when it is opened again.
    fn open(&self, _kept: &mut Kept) {}
}

struct Place<D> {
    kept: Arc<Mutex<Kept>>,
    defect: Arc<D>,
}

impl<D: Defect> Fixture for Place<D> {
    type Store = Broken<D>;

    async fn make() -> Self {
        Self { kept: Arc::default(), defect: Arc::default() }
    }

    async fn open(&self) -> Broken<D> {
        let sink = Broken { kept: Arc::clone(&self.kept), defect: Arc::clone(&self.defect) };
        self.defect.open(&mut sink.kept());
        sink
    }
}

struct Broken<D> {
    kept: Arc<Mutex<Kept>>,
    defect: Arc<D>,
}

impl<D> Clone for Broken<D> {
    fn clone(&self) -> Self {
        Self { kept: Arc::clone(&self.kept), defect: Arc::clone(&self.defect) }
    }
}

impl<D> Broken<D> {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn others(&self) -> MemoryStore {
        self.kept().others.clone()
    }
}

#[async_trait]
impl<D: Defect> CheckpointStore for Broken<D> {
    async fn checkpoint(&self, key: &CheckpointKey) -> Result<Option<Checkpoint>, StoreError> {
        Ok(self.kept().checkpoints.get(key).copied())
    }

    async fn logs(&self, consumer: &ConsumerName) -> Result<Vec<LogId>, StoreError> {
        Ok(self
            .kept()
            .checkpoints
            .keys()
            .filter(|key| key.consumer == *consumer)
            .map(|key| key.log)
            .collect())
    }

    async fn claim(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        let mut kept = self.kept();
        let checkpoint = kept.checkpoints.entry(key.clone()).or_default();
        checkpoint.epoch = checkpoint.epoch.next();
        Ok(*checkpoint)
    }

    async fn advance(&self, advance: Advance) -> Result<(), AdvanceError> {
        let mut kept = self.kept();
        let moved = kept.moved(&advance)?;
        kept.finish(Work::new(), &advance, moved);
        Ok(())
    }

    async fn reset(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        let mut kept = self.kept();
        let checkpoint = kept.checkpoints.entry(key.clone()).or_default();
        *checkpoint = Checkpoint::new(Position::START, checkpoint.epoch.next());
        Ok(*checkpoint)
    }
}

#[async_trait]
impl<D: Defect> LeaseStore for Broken<D> {
    async fn now(&self) -> Result<Timestamp, StoreError> {
        self.others().now().await
    }

    async fn wait_until(&self, time: Timestamp) -> Result<Timestamp, StoreError> {
        self.others().wait_until(time).await
    }

    async fn beat(&self, group: &Group, node: NodeId, ttl: Duration) -> Result<Roll, StoreError> {
        self.others().beat(group, node, ttl).await
    }

    async fn lease(
        &self,
        group: &Group,
        partition: u16,
        node: NodeId,
        ttl: Duration,
    ) -> Result<Option<Checkpoint>, StoreError> {
        self.others().lease(group, partition, node, ttl).await
    }

    async fn release(&self, key: &CheckpointKey, node: NodeId) -> Result<(), StoreError> {
        self.others().release(key, node).await
    }

    async fn groups(&self) -> Result<Vec<(Group, Roll)>, StoreError> {
        self.others().groups().await
    }

    async fn leave(&self, group: &Group, node: NodeId) -> Result<(), StoreError> {
        self.others().leave(group, node).await
    }
}

#[async_trait]
impl<D: Defect> QuarantineStore for Broken<D> {
    async fn parked(&self, request: ListParked) -> Result<Vec<Parked>, StoreError> {
        Ok(self.kept().quarantine.list(&request))
    }

    async fn quarantines(&self) -> Result<Vec<(ConsumerName, LogId)>, StoreError> {
        Ok(self.kept().quarantine.who())
    }

    async fn request(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        lane: Option<&Lane>,
        first: Option<Position>,
        request: Request,
    ) -> Result<u64, StoreError> {
        Ok(self.kept().quarantine.request(consumer, log, lane, first, request))
    }

    async fn requests(&self, key: &CheckpointKey) -> Result<Vec<(Lane, Position, Asked)>, StoreError> {
        Ok(self.kept().quarantine.requests(key))
    }
}

#[async_trait]
impl<D: Defect> GenerationStore for Broken<D> {
    async fn generations(&self, consumer: &ConsumerName) -> Result<Generations, StoreError> {
        self.others().generations(consumer).await
    }

    async fn rebuild(&self, consumer: &ConsumerName, hold: bool) -> Result<u32, StoreError> {
        self.others().rebuild(consumer, hold).await
    }

    async fn activate(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        generation: u32,
    ) -> Result<bool, StoreError> {
        self.others().activate(consumer, log, generation).await
    }

    async fn release_generation(&self, consumer: &ConsumerName) -> Result<(), StoreError> {
        self.others().release_generation(consumer).await
    }

    async fn abandon(&self, consumer: &ConsumerName) -> Result<(), StoreError> {
        self.others().abandon(consumer).await
    }

    async fn remove_generation(
        &self,
        consumer: &ConsumerName,
        generation: u32,
    ) -> Result<Removal, StoreError> {
        let right = self.others().remove_generation(consumer, generation).await?;
        if !self.defect.removes(right) {
            return Ok(right);
        }
        let name = consumer.generation(generation).unwrap();
        let collection = Collection::of(consumer).map(|all| all.in_generation(generation));
        let ([documents, checkpoints, quarantine], mut kept) = (self.defect.leaves(), self.kept());
        if !documents {
            kept.documents.retain(|(of, _), _| Some(of) != collection.as_ref());
        }
        if !checkpoints {
            kept.checkpoints.retain(|key, _| key.consumer != name);
        }
        if !quarantine {
            kept.quarantine.remove(&name);
        }
        Ok(Removal::Removed)
    }

    async fn repair(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: &str,
    ) -> Result<RepairId, StoreError> {
        self.others().repair(consumer, log, document).await
    }

    async fn repairs(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: Option<&str>,
    ) -> Result<Vec<Repair>, StoreError> {
        let mut found = self.others().repairs(consumer, log, document).await?;
        self.defect.repairs(&mut found);
        Ok(found)
    }

    async fn repaired(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        repair: RepairId,
        failure: Option<&str>,
    ) -> Result<(), StoreError> {
        let known = self.others().repairs(consumer, log, None).await?;
        let (repair, failure) = self.defect.answer(&known, repair, failure.map(str::to_owned));
        self.others().repaired(consumer, log, repair, failure.as_deref()).await
    }
}

#[async_trait]
impl<D: Defect> Sink for Broken<D> {
    type Work = Work;

    async fn commit(&self, mut work: Work, advance: Advance) -> Result<(), CommitError> {
        let mut kept = self.kept();
        self.defect.rewrite(&kept, &mut work);
        self.defect.commit(&mut kept, work, &advance)
    }
}

#[async_trait]
impl<D: Defect> DocumentReader for Broken<D> {
    async fn load(
        &self,
        collection: &Collection,
        keys: Vec<String>,
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        let (kept, collection) = (self.kept(), self.defect.collection(collection));
        let find = |key| kept.documents.get(&(collection.clone(), key)).cloned();
        let mut found = keys.into_iter().map(find).collect();
        self.defect.load(&mut found);
        Ok(found)
    }

    async fn scan(
        &self,
        collection: &Collection,
        after: Option<String>,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        let (kept, collection) = (self.kept(), self.defect.collection(collection));
        let all = kept.documents.iter().filter(|((of, _), _)| *of == collection);
        let all = all.map(|((_, key), body)| Document::new(key.clone(), body.clone())).collect();
        Ok(self.defect.scan(all, after.as_deref(), limit))
    }
}

#[async_trait]
impl<D: Defect> DocumentSink for Broken<D> {
    async fn prepare(&self, _: &Collection) -> Result<(), StoreError> {
        self.defect.prepare(&mut self.kept());
        Ok(())
    }

    async fn discard(&self, collection: &Collection) -> Result<(), StoreError> {
        let mut kept = self.kept();
        kept.documents.retain(|(of, _), _| of != collection);
        Ok(())
    }

    fn changes(&self, collection: &Collection, changes: Vec<Change>) -> Work {
        let collection = self.defect.collection(collection);
        changes.into_iter().map(|change| (collection.clone(), change)).collect()
    }
}

pub(crate) fn nothing_is_accepted() {
    #[derive(Default)]
    struct Nothing;
    impl Defect for Nothing {}
    super::accepts(&cases::<Place<Nothing>>());
}

mutants! {
    /// Looks at the epoch when it writes the checkpoint, which is after the work.
    does_the_work_of_a_deposed_owner, rejected by a_deposed_owner_has_no_effect {
        fn commit(&self, kept: &mut Kept, work: Work, advance: &Advance) -> Result<(), CommitError> {
            kept.apply(work);
            let moved = kept.moved(advance)?;
            kept.finish(Work::new(), advance, moved);
            Ok(())
        }
    }

    lets_a_deposed_owner_commit, rejected by a_deposed_owner_has_no_effect {
        fn commit(&self, kept: &mut Kept, work: Work, advance: &Advance) -> Result<(), CommitError> {
            let epoch = kept.checkpoints.get(&advance.key).map_or(advance.epoch, |found| found.epoch);
            let moved = kept.moved(&Advance::new(advance.key.clone(), epoch, advance.to))?;
            kept.finish(work, advance, moved);
            Ok(())
        }
    }

    lets_anybody_commit_what_nobody_has_claimed, rejected by who_never_claimed_has_no_effect {
        fn commit(&self, kept: &mut Kept, work: Work, advance: &Advance) -> Result<(), CommitError> {
            let unclaimed = Checkpoint::new(Position::START, Epoch::new(1));
            let current = kept.checkpoints.get(&advance.key).copied().unwrap_or(unclaimed);
            let moved = advance.apply_to(Some(current))?;
            kept.finish(work, advance, moved);
            Ok(())
        }
    }

    moves_back_with_its_work, rejected by a_move_back_has_no_effect {
        fn commit(&self, kept: &mut Kept, work: Work, advance: &Advance) -> Result<(), CommitError> {
            let moved = match kept.moved(advance) {
                Err(AdvanceError::Backward { to, .. }) => Checkpoint::new(to, advance.epoch),
                other => other?,
            };
            kept.finish(work, advance, moved);
            Ok(())
        }
    }

    does_the_work_and_leaves_the_checkpoint, rejected by work_and_checkpoint_are_committed_together {
        fn commit(&self, kept: &mut Kept, work: Work, advance: &Advance) -> Result<(), CommitError> {
            kept.moved(advance)?;
            kept.apply(work);
            kept.quarantine.change(&advance.key, advance.quarantine.clone());
            Ok(())
        }
    }

    moves_the_checkpoint_and_leaves_the_work, rejected by work_and_checkpoint_are_committed_together {
        fn commit(&self, kept: &mut Kept, _: Work, advance: &Advance) -> Result<(), CommitError> {
            let moved = kept.moved(advance)?;
            kept.finish(Work::new(), advance, moved);
            Ok(())
        }
    }

    stays_where_it_is_when_nothing_changes, rejected by a_checkpoint_moves_without_changes {
        fn commit(&self, kept: &mut Kept, work: Work, advance: &Advance) -> Result<(), CommitError> {
            let moved = kept.moved(advance)?;
            if !work.is_empty() {
                kept.finish(work, advance, moved);
            }
            Ok(())
        }
    }

    commits_documents_and_leaves_the_quarantine, rejected by documents_and_quarantine_are_committed_together {
        fn commit(&self, kept: &mut Kept, work: Work, advance: &Advance) -> Result<(), CommitError> {
            let moved = kept.moved(advance)?;
            kept.finish(work, &Advance::new(advance.key.clone(), advance.epoch, advance.to), moved);
            Ok(())
        }
    }

    leaves_the_quarantine_when_no_document_changes, rejected by documents_and_quarantine_are_committed_together {
        fn commit(&self, kept: &mut Kept, work: Work, advance: &Advance) -> Result<(), CommitError> {
            let (moved, mut advance) = (kept.moved(advance)?, advance.clone());
            if work.is_empty() {
                advance.quarantine.clear();
            }
            kept.finish(work, &advance, moved);
            Ok(())
        }
    }

    changes_the_quarantine_of_a_deposed_owner, rejected by a_refused_commit_changes_nothing_in_quarantine {
        fn commit(&self, kept: &mut Kept, work: Work, advance: &Advance) -> Result<(), CommitError> {
            kept.quarantine.change(&advance.key, advance.quarantine.clone());
            let moved = kept.moved(advance)?;
            kept.finish(work, advance, moved);
            Ok(())
        }
    }

    /// The checkpoint and the quarantine in one transaction, the documents in another.
    keeps_in_quarantine_what_came_with_work_that_failed, rejected by a_commit_that_fails_changes_nothing {
        fn commit(&self, kept: &mut Kept, work: Work, advance: &Advance) -> Result<(), CommitError> {
            let moved = kept.moved(advance)?;
            kept.finish(Work::new(), advance, moved);
            if work.iter().any(|(collection, _)| collection.version() == 3) {
                return Err(CommitError::Work("there is no room".into()));
            }
            kept.apply(work);
            Ok(())
        }
    }

    loses_the_last_of_many_changes, rejected by many_changes_are_made_at_once {
        fn rewrite(&self, _: &Kept, work: &mut Work) {
            work.truncate(999);
        }
    }

    never_replaces_a_document, rejected by a_document_is_replaced {
        fn rewrite(&self, kept: &Kept, work: &mut Work) {
            let is_there = |key: &str| kept.documents.keys().any(|(_, kept)| kept == key);
            work.retain(|(_, change)| !matches!(change, Change::Put(document) if is_there(&document.key)));
        }
    }

    never_removes_a_document, rejected by a_document_is_removed {
        fn rewrite(&self, _: &Kept, work: &mut Work) {
            work.retain(|(_, change)| matches!(change, Change::Put(_)));
        }
    }

    cannot_remove_what_is_not_there, rejected by a_document_is_removed {
        fn commit(&self, kept: &mut Kept, work: Work, advance: &Advance) -> Result<(), CommitError> {
            let moved = kept.moved(advance)?;
            let is_there = |place: &(Collection, String)| kept.documents.contains_key(place);
            let removes = work.iter().filter_map(|(collection, change)| match change {
                Change::Delete { key } => Some((collection.clone(), key.clone())),
                Change::Put(_) => None,
            });
            if !removes.into_iter().all(|place| is_there(&place)) {
                return Err(CommitError::Work("there is no such document".into()));
            }
            kept.finish(work, advance, moved);
            Ok(())
        }
    }

    reads_and_writes_json_again, rejected by bodies_come_back_to_the_byte {
        fn rewrite(&self, _: &Kept, work: &mut Work) {
            for (_, change) in work {
                let Change::Put(document) = change else { continue };
                if let Ok(json) = serde_json::from_slice::<serde_json::Value>(&document.body) {
                    document.body = json.to_string().into();
                }
            }
        }
    }

    takes_upper_and_lower_case_for_the_same, rejected by keys_of_any_text_are_kept {
        fn rewrite(&self, _: &Kept, work: &mut Work) {
            for (_, change) in work {
                let (Change::Put(Document { key, .. }) | Change::Delete { key }) = change;
                *key = key.to_lowercase();
            }
        }
    }

    forgets_the_versions_of_collections, rejected by collections_are_told_apart {
        fn collection(&self, collection: &Collection) -> Collection {
            let name = ["balances", "totals", "b"].into_iter().find(|name| *name == collection.name());
            Collection::new(name.unwrap_or("others"), 1).unwrap()
        }
    }

    empties_a_collection_that_is_prepared_again, rejected by a_collection_can_be_prepared_again {
        fn prepare(&self, kept: &mut Kept) {
            kept.documents.clear();
        }
    }

    finds_documents_in_another_order_than_their_keys, rejected by documents_are_found_at_the_index_of_their_keys {
        fn load(&self, found: &mut Vec<Option<Bytes>>) {
            found.sort();
        }
    }

    leaves_out_what_it_does_not_find, rejected by documents_are_found_at_the_index_of_their_keys {
        fn load(&self, found: &mut Vec<Option<Bytes>>) {
            found.retain(Option::is_some);
        }
    }

    lists_documents_in_the_order_of_a_dictionary, rejected by documents_are_listed_in_the_order_of_their_keys {
        fn scan(&self, mut all: Vec<Document>, _: Option<&str>, limit: usize) -> Vec<Document> {
            all.sort_by_key(|document| document.key.to_lowercase());
            all.truncate(limit);
            all
        }
    }

    begins_with_the_document_that_it_should_begin_after, rejected by documents_are_listed_in_pages {
        fn scan(&self, all: Vec<Document>, after: Option<&str>, limit: usize) -> Vec<Document> {
            let rest = all.into_iter().filter(|document| after.is_none_or(|after| document.key.as_str() >= after));
            rest.take(limit).collect()
        }
    }

    lists_more_documents_than_the_limit, rejected by documents_are_listed_in_pages {
        fn scan(&self, all: Vec<Document>, after: Option<&str>, limit: usize) -> Vec<Document> {
            let rest = all.into_iter().filter(|document| after.is_none_or(|after| document.key.as_str() > after));
            rest.take(limit + 1).collect()
        }
    }

    loses_documents_when_it_is_closed, rejected by documents_survive {
        fn open(&self, kept: &mut Kept) {
            kept.documents.clear();
        }
    }

    loses_checkpoints_when_it_is_closed, rejected by documents_survive {
        fn open(&self, kept: &mut Kept) {
            kept.checkpoints.clear();
        }
    }
}
