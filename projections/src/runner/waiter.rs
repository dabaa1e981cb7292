use super::progress::{Holder, Progress, Status};
use async_trait::async_trait;
use factum_core::{
    Causes, ConsumerName, LogId, Position, QuarantineStore, Receipt, StoreError, StreamId,
    projection::{Parting, Partition},
    quarantine::ListParked,
};
use std::{
    error::Error,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};
use tokio::sync::{Notify, watch};

/// Waits for a projection.
#[derive(Clone)]
pub struct Waiter {
    name: &'static str,
    log: LogId,
    /// `None` for a projection that is folded on demand, and therefore never behind.
    followed: Option<Arc<Followed>>,
}

/// What is known of a projection that runs.
struct Followed {
    progress: watch::Receiver<Progress>,
    parting: Parting,
    wanted: Arc<Wanted>,
    quarantine: Box<dyn Quarantine>,
}

/// How many wait for partitions of other nodes, of which one hears only when one asks.
#[derive(Default)]
pub(super) struct Wanted {
    waiting: AtomicUsize,
    pub(super) more: Notify,
}

impl Wanted {
    pub(super) fn is_wanted(&self) -> bool {
        self.waiting.load(Relaxed) > 0
    }

    fn enter(&self) -> Entered<'_> {
        self.waiting.fetch_add(1, Relaxed);
        self.more.notify_one();
        Entered(self)
    }
}

struct Entered<'a>(&'a Wanted);

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Relaxed);
    }
}

/// Whether an event is in quarantine.
#[async_trait]
trait Quarantine: Send + Sync {
    async fn has(&self, stream: &StreamId, position: Position) -> Result<bool, StoreError>;
}

/// That of one projection.
struct Of<K> {
    sink: K,
    consumer: ConsumerName,
    log: LogId,
}

#[async_trait]
impl<K: QuarantineStore> Quarantine for Of<K> {
    async fn has(&self, stream: &StreamId, position: Position) -> Result<bool, StoreError> {
        let list = ListParked::new(self.consumer.clone(), self.log).event(position);
        Ok(self.sink.parked(list).await?.iter().any(|parked| parked.stream == *stream))
    }
}

impl Waiter {
    pub(super) fn new<K: QuarantineStore>(
        name: &'static str,
        progress: watch::Receiver<Progress>,
        parting: Parting,
        wanted: Arc<Wanted>,
        (sink, consumer, log): (K, ConsumerName, LogId),
    ) -> Self {
        let quarantine = Box::new(Of { sink, consumer, log });
        let followed = Followed { progress, parting, wanted, quarantine };
        Self { name, log, followed: Some(Arc::new(followed)) }
    }

    pub(crate) const fn live(name: &'static str, log: LogId) -> Self {
        Self { name, log, followed: None }
    }

    /// The projection's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How far the projection has come; `None` if it is folded on demand.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        self.followed.as_ref().map(|followed| followed.progress.borrow().clone())
    }

    /// Waits until the projection has applied the append of `receipt`, here or on another node.
    ///
    /// It asks for this append and no other: of several partitions, only those that its events belong to. It ends when the
    /// projection does; to give up earlier, put a timeout around it.
    ///
    /// # Errors
    /// [`WaitError`] when that will not happen.
    pub async fn applied(&self, receipt: &Receipt) -> Result<(), WaitError> {
        if receipt.log != self.log {
            return Err(WaitError::AnotherLog {
                projection: self.name,
                follows: self.log,
                receipt: receipt.log,
            });
        }
        let Some(followed) = &self.followed else { return Ok(()) };
        let needed = followed.needed(receipt);
        self.until(|progress| {
            progress.partitions.iter().zip(&needed).all(|(partition, needed)| partition.position >= *needed)
        })
        .await?;
        let here = followed.progress.borrow().partitions.clone();
        if here.iter().all(|partition| partition.holder == Holder::Here && partition.held == 0) {
            return Ok(());
        }
        for written in &receipt.written {
            let is_parked = followed.quarantine.has(&written.stream, written.position).await;
            if is_parked.map_err(|error| WaitError::Store(Arc::new(error)))? {
                return Err(WaitError::Parked { projection: self.name, position: written.position });
            }
        }
        Ok(())
    }

    /// Waits until the projection has come to `position`, in all partitions: everything up to there is applied, or in
    /// quarantine.
    ///
    /// # Errors
    /// [`WaitError`] when that will not happen.
    pub async fn reached(&self, position: Position) -> Result<(), WaitError> {
        self.until(|progress| progress.position >= position).await
    }

    async fn until(&self, done: impl Fn(&Progress) -> bool) -> Result<(), WaitError> {
        let Some(followed) = &self.followed else { return Ok(()) };
        let mut progress = followed.progress.clone();
        if done(&progress.borrow()) {
            return Ok(());
        }
        let _wanted = followed.wanted.enter();
        let seen = match progress.wait_for(|p| done(p) || p.status.is_final()).await {
            Ok(seen) => seen.clone(),
            // Nobody is left to say more than this.
            Err(_) => return Err(WaitError::Stopped { projection: self.name }),
        };
        match seen.status {
            _ if done(&seen) => Ok(()),
            Status::Failed(source) => {
                Err(WaitError::Failed { projection: self.name, source: Shared(source) })
            }
            Status::Panicked => Err(WaitError::Panicked { projection: self.name }),
            _ => Err(WaitError::Stopped { projection: self.name }),
        }
    }
}

impl Followed {
    /// How far each partition has to come.
    fn needed(&self, receipt: &Receipt) -> Vec<Position> {
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

impl fmt::Debug for Waiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiter").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A projection will not apply what was waited for.
#[derive(Clone, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// The app does not run this projection.
    #[error("the app does not run {0}; add it to the builder with `.view::<…>()` or `.projection(…)`")]
    NotRunning(&'static str),
    /// The projection follows another log than the one that the receipt is of.
    #[error("projection {projection} follows log {follows}, the receipt is of log {receipt}")]
    AnotherLog {
        /// The projection's name.
        projection: &'static str,
        /// The log that it follows.
        follows: LogId,
        /// The log of the receipt.
        receipt: LogId,
    },
    /// The projection was stopped.
    #[error("projection {projection} was stopped")]
    Stopped {
        /// The projection's name.
        projection: &'static str,
    },
    /// One of the events could not be applied, or waits in order behind one that could not. It is in quarantine.
    #[error("event {position} is in quarantine, projection {projection} has not applied it")]
    Parked {
        /// The projection's name.
        projection: &'static str,
        /// Where the event is in the log.
        position: Position,
    },
    /// The projection has failed.
    #[error("projection {projection} has failed")]
    Failed {
        /// The projection's name.
        projection: &'static str,
        /// Why.
        #[source]
        source: Shared,
    },
    /// The end of the log, or what is in quarantine, could not be read.
    #[error(transparent)]
    Store(Arc<StoreError>),
    /// The projection's code panicked.
    #[error("projection {projection} panicked")]
    Panicked {
        /// The projection's name.
        projection: &'static str,
    },
}

/// The error and its causes in one line, as `main` shows what it returns.
impl fmt::Debug for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Causes(self), f)
    }
}

/// One error, told to everybody who waits.
#[derive(Clone, Debug)]
pub struct Shared(Arc<dyn Error + Send + Sync>);

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Shared {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}
