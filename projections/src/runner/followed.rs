use super::progress::{Board, Progress, Status};
use async_trait::async_trait;
use factum_core::{
    CheckpointKey, CheckpointStore, ConsumerName, LogId, Position, QuarantineStore, Receipt, StoreError,
    Timestamp,
    projection::{Parting, Partition},
    quarantine::{ListParked, Parked},
};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};
use tokio::sync::{Notify, watch};

/// What is known of a generation that is being applied.
pub(super) struct Followed {
    pub(super) progress: watch::Receiver<Progress>,
    board: Arc<Board>,
    parting: Parting,
    pub(super) wanted: Arc<Wanted>,
    pub(super) told: Box<dyn Told>,
    /// Whether appends move its checkpoint, of which no runner hears at once.
    pub(super) inline: bool,
}

/// How many wait for partitions of other nodes, of which one hears only when one asks.
#[derive(Default)]
pub(super) struct Wanted {
    waiting: AtomicUsize,
    pub(super) more: Notify,
    /// Somebody has asked for another generation.
    pub(super) look: Notify,
}

impl Wanted {
    pub(super) fn is_wanted(&self) -> bool {
        self.waiting.load(Relaxed) > 0
    }

    pub(super) fn enter(&self) -> Entered<'_> {
        self.waiting.fetch_add(1, Relaxed);
        self.more.notify_one();
        Entered(self)
    }
}

pub(super) struct Entered<'a>(&'a Wanted);

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Relaxed);
    }
}

/// What the sink says of a projection.
#[async_trait]
pub(super) trait Told: Send + Sync {
    /// How far it has come, if it has one partition.
    async fn position(&self) -> Result<Position, StoreError>;
    /// The first event of an append that is in quarantine.
    async fn first_of(&self, receipt: &Receipt) -> Result<Option<Position>, StoreError>;
    /// How many lanes there are, and since when the oldest event is there.
    async fn lanes(&self) -> Result<(usize, Option<Timestamp>), StoreError>;
}

/// Of one projection.
struct Of<K> {
    sink: K,
    consumer: ConsumerName,
    log: LogId,
}

/// What `sink` says of a consumer.
pub(super) fn told_of<K: QuarantineStore + CheckpointStore>(
    sink: K,
    consumer: ConsumerName,
    log: LogId,
) -> Arc<dyn Told> {
    Arc::new(Of { sink, consumer, log })
}

#[async_trait]
impl<K: QuarantineStore + CheckpointStore> Told for Of<K> {
    async fn position(&self) -> Result<Position, StoreError> {
        let key = CheckpointKey::new(self.consumer.clone(), self.log);
        Ok(self.sink.checkpoint(&key).await?.unwrap_or_default().position)
    }

    async fn first_of(&self, receipt: &Receipt) -> Result<Option<Position>, StoreError> {
        let Some(first) = receipt.written.iter().map(|written| written.first).min() else { return Ok(None) };
        // Each may wait in another lane than those that come after it.
        let streams: HashMap<_, _> = receipt
            .written
            .iter()
            .map(|written| (&written.stream, written.first..=written.position))
            .collect();
        let mut found = None;
        let all = ListParked::new(self.consumer.clone(), self.log).events(first, receipt.position());
        self.each(all, |parked| {
            if streams.get(&parked.stream).is_some_and(|of| of.contains(&parked.position)) {
                found = Some(found.map_or(parked.position, |found| parked.position.min(found)));
            }
        })
        .await?;
        Ok(found)
    }

    async fn lanes(&self) -> Result<(usize, Option<Timestamp>), StoreError> {
        let heads = ListParked::new(self.consumer.clone(), self.log).heads();
        let (mut count, mut oldest) = (0, None);
        self.each(heads, |parked| {
            count += 1;
            oldest = oldest.into_iter().chain([parked.parked_at]).min();
        })
        .await?;
        Ok((count, oldest))
    }
}

impl<K: QuarantineStore> Of<K> {
    async fn each(&self, all: ListParked, mut see: impl FnMut(&Parked) + Send) -> Result<(), StoreError> {
        let mut next = Some(all.clone());
        while let Some(request) = next {
            let page = self.sink.parked(request).await?;
            next = page.last().map(|last| all.clone().after(last.lane.clone(), last.position));
            page.iter().for_each(&mut see);
        }
        Ok(())
    }
}

impl Followed {
    pub(super) fn new<K: QuarantineStore + CheckpointStore>(
        progress: watch::Receiver<Progress>,
        board: &Arc<Board>,
        parting: Parting,
        wanted: Arc<Wanted>,
        (sink, consumer, log): (K, ConsumerName, LogId),
        inline: bool,
    ) -> Self {
        let told = Box::new(Of { sink, consumer, log });
        Self { progress, board: Arc::clone(board), parting, wanted, told, inline }
    }

    /// The same of another generation.
    pub(super) fn of<K: QuarantineStore + CheckpointStore>(
        &self,
        progress: watch::Receiver<Progress>,
        board: &Arc<Board>,
        place: (K, ConsumerName, LogId),
    ) -> Self {
        Self::new(progress, board, self.parting, Arc::clone(&self.wanted), place, self.inline)
    }

    /// It has come to its end like this, unless that has been told.
    pub(super) fn ends(&self, status: Status) {
        self.board.ends(status);
    }

    /// How far each partition has to come.
    pub(super) fn needed(&self, receipt: &Receipt) -> Vec<Position> {
        let of = u16::try_from(self.progress.borrow().partitions.len()).unwrap_or(u16::MAX);
        let mut needed = vec![Position::START; usize::from(of)];
        for written in &receipt.written {
            for (number, needed) in (0..of).zip(&mut needed) {
                let partition = Partition::new(number, of);
                if self.parting == Parting::Documents
                    || partition.is_some_and(|partition| partition.has_stream(&written.stream))
                {
                    *needed = written.position.max(*needed);
                }
            }
        }
        needed
    }
}
