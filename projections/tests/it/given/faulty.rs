use super::Gate;
use async_trait::async_trait;
use bytes::Bytes;
use factum::{
    Append, AppendError, Checkpoint, CheckpointKey, CheckpointStore, ConsumerName, EventId, EventReader,
    LogId, Position, Receipt, StoreError, StreamVersion, Timestamp,
    checkpoint::{Advance, AdvanceError},
    lease::{Group, LeaseStore, NodeId, Roll},
    quarantine::{Asked, Lane, ListParked, Parked, QuarantineStore, Request},
    sink::{
        Change, Collection, CommitError, Document, DocumentReader, DocumentSink, GenerationStore,
        Generations, Removal, Repair, RepairId, Sink,
    },
    store::{Capabilities, EventAppender, ListStreams, Page, ReadLog, ReadStream, StreamSummary, Watch},
};
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use tokio::{sync::oneshot, time::Instant};

/// The calls that a runner makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Call {
    Prepare,
    Beat,
    /// A lease, which takes the checkpoint over.
    Claim,
    Head,
    ReadLog,
    ReadStream,
    /// Whether there are documents at all.
    Look,
    Load,
    Commit,
    Advance,
}

/// What goes wrong with a call.
#[derive(Debug)]
pub(crate) enum Fault {
    /// It fails without an effect.
    Before(Kind),
    /// It takes effect, and the answer is lost.
    After(Kind),
    /// It waits, and then is done.
    HoldBefore(Gate),
    /// It is done, and its answer waits.
    HoldAfter(Gate),
    /// It fails at once, and then is done all the same; tells how that went. For commits.
    Late(Gate, oneshot::Sender<Result<(), CommitError>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Transient,
    Lasting,
}

/// A store that is right, but for the faults that a test asks for.
#[derive(Clone)]
pub(crate) struct Faulty<S> {
    pub(crate) inner: S,
    script: Arc<Mutex<Script>>,
}

#[derive(Default)]
struct Script {
    /// By call, and how often that call was made before.
    faults: HashMap<(Call, usize), Fault>,
    calls: Vec<(Call, Instant)>,
    /// The sizes of the pages that are read, over and over; empty for as many as are asked for.
    pages: Vec<usize>,
    /// No wake-up arrives.
    deaf: bool,
}

impl<S> Faulty<S> {
    pub(crate) fn new(inner: S) -> Self {
        Self { inner, script: Arc::default() }
    }

    /// The `nth` call of this kind, from 0, has this fault.
    pub(crate) fn at(self, call: Call, nth: usize, fault: Fault) -> Self {
        self.script().faults.insert((call, nth), fault);
        self
    }

    /// The `nth` call of this kind from now on has this fault.
    pub(crate) fn next_at(self, call: Call, nth: usize, fault: Fault) -> Self {
        let nth = self.times(call).len() + nth;
        self.at(call, nth, fault)
    }

    /// Reads end after so many events, by turns.
    pub(crate) fn pages(self, sizes: impl Into<Vec<usize>>) -> Self {
        self.script().pages = sizes.into();
        self
    }

    /// No wake-up arrives.
    pub(crate) fn deaf(self) -> Self {
        self.script().deaf = true;
        self
    }

    /// When this call was made.
    pub(crate) fn times(&self, call: Call) -> Vec<Instant> {
        self.script().calls.iter().filter(|(made, _)| *made == call).map(|(_, at)| *at).collect()
    }

    /// Whether every fault that was asked for has happened.
    pub(crate) fn is_played(&self) -> bool {
        self.script().faults.is_empty()
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    fn next(&self, call: Call) -> Option<Fault> {
        let mut script = self.script();
        let nth = script.calls.iter().filter(|(made, _)| *made == call).count();
        script.calls.push((call, Instant::now()));
        script.faults.remove(&(call, nth))
    }

    /// What a commit that is late waits for; then it counts as made.
    fn late(&self) -> Option<(Gate, oneshot::Sender<Result<(), CommitError>>)> {
        let place = (Call::Commit, self.times(Call::Commit).len());
        let mut script = self.script();
        match script.faults.remove(&place)? {
            Fault::Late(gate, told) => {
                script.calls.push((Call::Commit, Instant::now()));
                Some((gate, told))
            }
            other => {
                script.faults.insert(place, other);
                None
            }
        }
    }

    async fn around<T, E>(
        &self,
        call: Call,
        fails: impl Fn(StoreError) -> E + Send,
        work: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        match self.next(call) {
            None => work.await,
            Some(Fault::Before(kind)) => Err(fails(kind.error(call))),
            Some(Fault::After(kind)) => {
                work.await?;
                Err(fails(kind.error(call)))
            }
            Some(Fault::HoldBefore(gate)) => {
                gate.pass().await;
                work.await
            }
            Some(Fault::HoldAfter(gate)) => {
                let done = work.await;
                gate.pass().await;
                done
            }
            Some(Fault::Late(..)) => panic!("only a commit can be late"),
        }
    }
}

impl Kind {
    fn error(self, call: Call) -> StoreError {
        let doing = format!("{call:?} as told");
        match self {
            Self::Transient => StoreError::unavailable(doing, "it may pass"),
            Self::Lasting => StoreError::new(doing, "it will not pass"),
        }
    }
}

#[async_trait]
impl<S: EventReader> EventReader for Faulty<S> {
    fn log_id(&self) -> LogId {
        self.inner.log_id()
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        self.around(Call::ReadStream, |e| e, self.inner.read_stream(request)).await
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        let made = self.times(Call::ReadLog).len();
        let size = self.script().pages.iter().cycle().nth(made).copied();
        let limit = request.limit.get().min(size.unwrap_or(usize::MAX));
        let request = request.limit(limit);
        self.around(Call::ReadLog, |e| e, self.inner.read_log(request)).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.around(Call::Head, |e| e, self.inner.head()).await
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        self.inner.find(ids).await
    }

    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        self.inner.streams(request).await
    }

    fn watch(&self) -> Watch {
        if self.script().deaf { Watch::channel().1 } else { self.inner.watch() }
    }
}

#[async_trait]
impl<S: EventAppender> EventAppender for Faulty<S> {
    async fn append(&self, appends: Vec<Append>) -> Vec<Result<Receipt, AppendError>> {
        self.inner.append(appends).await
    }
}

#[async_trait]
impl<S: CheckpointStore> CheckpointStore for Faulty<S> {
    async fn checkpoint(&self, key: &CheckpointKey) -> Result<Option<Checkpoint>, StoreError> {
        self.inner.checkpoint(key).await
    }

    async fn logs(&self, consumer: &ConsumerName) -> Result<Vec<LogId>, StoreError> {
        self.inner.logs(consumer).await
    }

    async fn claim(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        self.inner.claim(key).await
    }

    async fn advance(&self, advance: Advance) -> Result<(), AdvanceError> {
        self.around(Call::Advance, AdvanceError::from, self.inner.advance(advance)).await
    }

    async fn reset(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        self.inner.reset(key).await
    }
}

#[async_trait]
impl<S: LeaseStore> LeaseStore for Faulty<S> {
    async fn now(&self) -> Result<Timestamp, StoreError> {
        self.inner.now().await
    }

    async fn wait_until(&self, time: Timestamp) -> Result<Timestamp, StoreError> {
        self.inner.wait_until(time).await
    }

    async fn beat(&self, group: &Group, node: NodeId, ttl: Duration) -> Result<Roll, StoreError> {
        self.around(Call::Beat, |e| e, self.inner.beat(group, node, ttl)).await
    }

    async fn lease(
        &self,
        group: &Group,
        partition: u16,
        node: NodeId,
        ttl: Duration,
    ) -> Result<Option<Checkpoint>, StoreError> {
        self.around(Call::Claim, |e| e, self.inner.lease(group, partition, node, ttl)).await
    }

    async fn release(&self, key: &CheckpointKey, node: NodeId) -> Result<(), StoreError> {
        self.inner.release(key, node).await
    }

    async fn groups(&self) -> Result<Vec<(Group, Roll)>, StoreError> {
        self.inner.groups().await
    }

    async fn leave(&self, group: &Group, node: NodeId) -> Result<(), StoreError> {
        self.inner.leave(group, node).await
    }
}

#[async_trait]
impl<S: QuarantineStore> QuarantineStore for Faulty<S> {
    async fn parked(&self, request: ListParked) -> Result<Vec<Parked>, StoreError> {
        self.inner.parked(request).await
    }

    async fn quarantines(&self) -> Result<Vec<(ConsumerName, LogId)>, StoreError> {
        self.inner.quarantines().await
    }

    async fn request(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        lane: Option<&Lane>,
        first: Option<Position>,
        request: Request,
    ) -> Result<u64, StoreError> {
        self.inner.request(consumer, log, lane, first, request).await
    }

    async fn requests(&self, key: &CheckpointKey) -> Result<Vec<(Lane, Position, Asked)>, StoreError> {
        self.inner.requests(key).await
    }
}

#[async_trait]
impl<S: GenerationStore> GenerationStore for Faulty<S> {
    async fn generations(&self, consumer: &ConsumerName) -> Result<Generations, StoreError> {
        self.inner.generations(consumer).await
    }

    async fn rebuild(&self, consumer: &ConsumerName, hold: bool) -> Result<u32, StoreError> {
        self.inner.rebuild(consumer, hold).await
    }

    async fn activate(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        generation: u32,
    ) -> Result<bool, StoreError> {
        self.inner.activate(consumer, log, generation).await
    }

    async fn release_generation(&self, consumer: &ConsumerName) -> Result<(), StoreError> {
        self.inner.release_generation(consumer).await
    }

    async fn abandon(&self, consumer: &ConsumerName) -> Result<(), StoreError> {
        self.inner.abandon(consumer).await
    }

    async fn remove_generation(
        &self,
        consumer: &ConsumerName,
        generation: u32,
    ) -> Result<Removal, StoreError> {
        self.inner.remove_generation(consumer, generation).await
    }

    async fn repair(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: &str,
    ) -> Result<RepairId, StoreError> {
        self.inner.repair(consumer, log, document).await
    }

    async fn repairs(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: Option<&str>,
    ) -> Result<Vec<Repair>, StoreError> {
        self.inner.repairs(consumer, log, document).await
    }

    async fn repaired(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        repair: RepairId,
        failure: Option<&str>,
    ) -> Result<(), StoreError> {
        self.inner.repaired(consumer, log, repair, failure).await
    }
}

#[async_trait]
impl<S: Sink> Sink for Faulty<S> {
    type Work = S::Work;

    async fn commit(&self, work: S::Work, advance: Advance) -> Result<(), CommitError> {
        let fails = |error| AdvanceError::from(error).into();
        if let Some((gate, told)) = self.late() {
            let inner = self.inner.clone();
            tokio::spawn(async move {
                gate.pass().await;
                let _ = told.send(inner.commit(work, advance).await);
            });
            return Err(fails(Kind::Transient.error(Call::Commit)));
        }
        self.around(Call::Commit, fails, self.inner.commit(work, advance)).await
    }

    fn has_one_writer(&self) -> bool {
        self.inner.has_one_writer()
    }
}

#[async_trait]
impl<S: DocumentReader> DocumentReader for Faulty<S> {
    async fn load(
        &self,
        collection: &Collection,
        keys: Vec<String>,
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        self.around(Call::Load, |e| e, self.inner.load(collection, keys)).await
    }

    async fn scan(
        &self,
        collection: &Collection,
        after: Option<String>,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        let scan = self.inner.scan(collection, after, limit);
        match limit {
            1 => self.around(Call::Look, |e| e, scan).await,
            // A test that wants to see them.
            _ => scan.await,
        }
    }
}

#[async_trait]
impl<S: DocumentSink> DocumentSink for Faulty<S> {
    async fn prepare(&self, collection: &Collection) -> Result<(), StoreError> {
        self.around(Call::Prepare, |e| e, DocumentSink::prepare(&self.inner, collection)).await
    }

    async fn discard(&self, collection: &Collection) -> Result<(), StoreError> {
        self.inner.discard(collection).await
    }

    fn changes(&self, collection: &Collection, changes: Vec<Change>) -> S::Work {
        self.inner.changes(collection, changes)
    }
}
