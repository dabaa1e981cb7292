use factum_core::{Causes, LogId, Position, Receipt, StoreError};
use std::{error::Error, fmt, sync::Arc};
use tokio::sync::watch;

/// How far a projection has come.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Progress {
    /// Everything up to here has been applied.
    pub position: Position,
    /// What it is doing.
    pub status: Status,
}

/// What a projection is doing.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Status {
    /// It has not read its checkpoint yet.
    Starting,
    /// It applies events as they come.
    Running,
    /// It met an error that may pass, and begins again at its checkpoint after a pause.
    Retrying(Arc<dyn Error + Send + Sync>),
    /// It was stopped.
    Stopped,
    /// It was started elsewhere, on the same sink, which has taken it over.
    Deposed,
    /// It met an error that trying again cannot mend, and has stopped. The read model is as of [`Progress::position`].
    Failed(Arc<dyn Error + Send + Sync>),
    /// Its code panicked, and it has stopped. The read model is as of [`Progress::position`].
    Panicked,
}

impl Status {
    /// Whether it has ended: nothing will be applied any more.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Stopped | Self::Deposed | Self::Failed(_) | Self::Panicked)
    }
}

impl Progress {
    /// Whether the projection has applied *this append*.
    ///
    /// It applies events in position order and passes over none, so it has when it has come to the append's last event.
    #[must_use]
    pub fn has_applied(&self, receipt: &Receipt) -> bool {
        self.position >= receipt.position()
    }
}

/// Waits for a projection.
#[derive(Clone, Debug)]
pub struct Waiter {
    name: &'static str,
    log: LogId,
    /// `None` for a projection that is folded on demand, and therefore never behind.
    progress: Option<watch::Receiver<Progress>>,
}

impl Waiter {
    pub(super) const fn new(name: &'static str, log: LogId, progress: watch::Receiver<Progress>) -> Self {
        Self { name, log, progress: Some(progress) }
    }

    pub(crate) const fn live(name: &'static str, log: LogId) -> Self {
        Self { name, log, progress: None }
    }

    /// The projection's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How far the projection has come; `None` if it is folded on demand.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        self.progress.as_ref().map(|progress| progress.borrow().clone())
    }

    /// Waits until the projection has applied the append of `receipt`.
    ///
    /// It ends when the projection does; to give up earlier, put a timeout around it.
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
        self.until(|progress| progress.has_applied(receipt)).await
    }

    /// Waits until the projection has applied everything up to `position`.
    ///
    /// # Errors
    /// [`WaitError`] when that will not happen.
    pub async fn reached(&self, position: Position) -> Result<(), WaitError> {
        self.until(|progress| progress.position >= position).await
    }

    async fn until(&self, done: impl Fn(&Progress) -> bool) -> Result<(), WaitError> {
        let Some(progress) = &self.progress else { return Ok(()) };
        let mut progress = progress.clone();
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
            Status::Deposed => Err(WaitError::Deposed { projection: self.name }),
            Status::Panicked => Err(WaitError::Panicked { projection: self.name }),
            _ => Err(WaitError::Stopped { projection: self.name }),
        }
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
    /// The projection was started elsewhere, on the same sink, and is applied there now.
    #[error("projection {projection} was taken over by another process")]
    Deposed {
        /// The projection's name.
        projection: &'static str,
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
    /// The end of the log could not be read.
    #[error(transparent)]
    Log(Arc<StoreError>),
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
