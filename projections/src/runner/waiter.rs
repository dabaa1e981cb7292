use super::{
    asking::{Ask, AskIn, Asked},
    error::{Shared, WaitError},
    followed::{Followed, Told, told_of},
    progress::{Holder, Progress, Status},
};
use factum_core::{
    CheckpointStore, ConsumerName, LogId, Position, QuarantineStore, Receipt, StoreError, Timestamp,
    sink::GenerationStore,
};
use std::{fmt, sync::Arc, time::Duration};
use tokio::sync::watch;

/// How often it is asked whether a document has been made anew.
const ASK_AGAIN: Duration = Duration::from_millis(25);

fn store(error: StoreError) -> WaitError {
    WaitError::Store(Arc::new(error))
}

/// Waits for a projection.
#[derive(Clone)]
pub struct Waiter {
    name: &'static str,
    log: LogId,
    /// `None` for a projection that is folded on demand, and therefore never behind.
    current: Option<watch::Receiver<Arc<Followed>>>,
    ask: Option<Arc<dyn Ask>>,
    has_documents: bool,
    /// Of a process, who does what it asks for.
    agent: Option<Arc<dyn Told>>,
}

impl Waiter {
    pub(super) fn new<K: GenerationStore>(
        name: &'static str,
        log: LogId,
        current: watch::Receiver<Arc<Followed>>,
        sink: K,
        consumer: ConsumerName,
        has_documents: bool,
    ) -> Self {
        let ask = Arc::new(AskIn { sink, consumer, log });
        Self { name, log, current: Some(current), ask: Some(ask), has_documents, agent: None }
    }

    pub(crate) const fn live(name: &'static str, log: LogId) -> Self {
        Self { name, log, current: None, ask: None, has_documents: false, agent: None }
    }

    /// The same, with what this agent has in quarantine.
    pub(crate) fn with_agent<K: QuarantineStore + CheckpointStore>(
        self,
        sink: K,
        agent: ConsumerName,
    ) -> Self {
        Self { agent: Some(told_of(sink, agent, self.log)), ..self }
    }

    fn followed(&self) -> Option<Arc<Followed>> {
        self.current.as_ref().map(|current| Arc::clone(&current.borrow()))
    }

    /// The projection's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How far the projection has come; `None` if it is folded on demand.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        self.followed().map(|followed| followed.progress.borrow().clone())
    }

    /// Tells whenever the projection has come further here; `None` if it is folded on demand. Of other nodes it asks nothing.
    pub(crate) fn watched(&self) -> Option<watch::Receiver<Progress>> {
        self.followed().map(|followed| followed.progress.clone())
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
        let store = |error| WaitError::Store(Arc::new(error));
        let needed = |followed: &Followed| followed.needed(receipt);
        let is_there = |progress: &Progress, needed: &Vec<Position>| {
            let mut both = progress.partitions.iter().zip(needed);
            both.all(|(partition, needed)| partition.position >= *needed)
        };
        loop {
            // The append may have applied itself.
            let inline = self.followed().filter(|followed| followed.inline);
            let followed = match inline {
                Some(followed) if followed.told.position().await.map_err(store)? >= receipt.position() => {
                    Some(followed)
                }
                _ => self.until(needed, is_there).await?,
            };
            let Some(followed) = followed else { return Ok(()) };
            let here = followed.progress.borrow().partitions.clone();
            if here.iter().all(|partition| partition.holder == Holder::Here && partition.held == 0) {
                return Ok(());
            }
            match followed.told.first_of(receipt).await.map_err(store)? {
                Some(position) => return Err(WaitError::Parked { projection: self.name, position }),
                // If another generation is read by now, this one's quarantine is empty whatever was in it.
                None if self.followed().is_some_and(|now| !Arc::ptr_eq(&now, &followed)) => {}
                None => return Ok(()),
            }
        }
    }

    /// Waits until the projection has come to `position`, in all partitions: everything up to there is applied, or in
    /// quarantine.
    ///
    /// # Errors
    /// [`WaitError`] when that will not happen.
    pub async fn reached(&self, position: Position) -> Result<(), WaitError> {
        self.until(|_| (), |progress, ()| progress.position >= position).await.map(drop)
    }

    /// Waits until somebody applies all partitions, here or on another node.
    pub(crate) async fn runs(&self) -> Result<(), WaitError> {
        let runs =
            |progress: &Progress, (): &()| matches!(progress.status, Status::Running | Status::StandBy);
        self.until(|_| (), runs).await.map(drop)
    }

    /// Has the read model made anew beside the one that is read, by all nodes that run it; the number of the new generation. It
    /// is read from when it has come as far as the one that is read now.
    ///
    /// # Errors
    /// [`WaitError`] when that cannot be asked for.
    pub async fn rebuild(&self) -> Result<u32, WaitError> {
        let Some(ask) = &self.ask else {
            return Err(WaitError::NotRunning(self.name));
        };
        let generation = ask.rebuild().await.map_err(store)?;
        self.look();
        Ok(generation)
    }

    /// Has this node look at once at what was asked for.
    fn look(&self) {
        if let Some(followed) = self.followed() {
            followed.wanted.look.notify_one();
        }
    }

    fn ask_about_documents(&self) -> Result<&dyn Ask, WaitError> {
        let why = match &self.ask {
            Some(ask) if self.has_documents => return Ok(&**ask),
            Some(_) => {
                "what it keeps in tables of its own is made anew by raising its version, and what it does outside is not done again"
            }
            None => "it is folded whenever it is read",
        };
        Err(WaitError::NoDocuments { projection: self.name, why })
    }

    /// Has one document made anew from the first event, by the node that runs its partition, with what of it is in quarantine.
    /// It is asked for durably: after a crash it is done by whoever runs the partition then. Until it is done, the document is
    /// read as it was.
    ///
    /// # Errors
    /// [`WaitError::NoDocuments`] of a projection that is no view that is kept; [`WaitError::Store`] when it cannot be asked for.
    pub async fn repair(&self, document: &str) -> Result<(), WaitError> {
        self.ask_about_documents()?.repair(document).await.map_err(store)?;
        self.look();
        Ok(())
    }

    /// Waits until what was asked for of this document is done; not at all if nothing was. Who waits on other nodes, or has
    /// crashed and come back, hears of it too.
    ///
    /// # Errors
    /// [`WaitError::NotRepaired`] when it could not be done; others when the projection has ended before.
    pub async fn repaired(&self, document: &str) -> Result<(), WaitError> {
        let ask = self.ask_about_documents()?;
        loop {
            match ask.repaired(document).await.map_err(store)? {
                Asked::Done => return Ok(()),
                Asked::Failed(error) => {
                    let (projection, document) = (self.name, document.to_owned());
                    return Err(WaitError::NotRepaired { projection, document, error });
                }
                Asked::Waits => {}
            }
            let status = self.progress().map(|progress| progress.status);
            if let Some(status) = status.filter(Status::is_final) {
                return Err(self.ended(status));
            }
            // It is done by any node, and told by the sink alone.
            tokio::time::sleep(ASK_AGAIN).await;
        }
    }

    /// It will not come further.
    fn ended(&self, status: Status) -> WaitError {
        match status {
            Status::Failed(source) => WaitError::Failed { projection: self.name, source: Shared(source) },
            Status::Panicked => WaitError::Panicked { projection: self.name },
            _ => WaitError::Stopped { projection: self.name },
        }
    }

    /// Waits until this generation of the read model is read, or a later one.
    ///
    /// # Errors
    /// [`WaitError`] when that will not happen.
    pub async fn rebuilt(&self, generation: u32) -> Result<(), WaitError> {
        self.until(|_| (), |progress, ()| progress.generation >= generation).await.map(drop)
    }

    /// How many lanes are in quarantine, and how long the oldest event has been there.
    pub(crate) async fn parked(&self) -> Result<(usize, Option<Duration>), StoreError> {
        let Some(followed) = self.followed() else { return Ok((0, None)) };
        let (mut lanes, mut oldest) = followed.told.lanes().await?;
        if let Some(agent) = &self.agent {
            let (more, older) = agent.lanes().await?;
            lanes += more;
            oldest = oldest.into_iter().chain(older).min();
        }
        let age = |at: Timestamp| (chrono::Utc::now() - at).to_std().unwrap_or_default();
        Ok((lanes, oldest.map(age)))
    }

    /// Waits until the projection has come further than `seen`; how far it has come then. For one that is folded on demand,
    /// there is nothing to wait for.
    pub(crate) async fn moved(&self, seen: Option<&(u32, Vec<u64>)>) -> Result<(u32, Vec<u64>), WaitError> {
        let now = |progress: &Progress| {
            let positions = progress.partitions.iter().map(|partition| partition.position.get());
            (progress.generation, positions.collect::<Vec<_>>())
        };
        let moved = self.until(|_| (), |progress, ()| seen.is_none_or(|seen| *seen != now(progress))).await?;
        match moved {
            Some(followed) => Ok(now(&followed.progress.borrow())),
            None => Ok((0, Vec::new())),
        }
    }

    /// Waits for what is to be true of the generation that is read, whichever that is by then; it is what of it is returned.
    async fn until<T>(
        &self,
        prepare: impl Fn(&Followed) -> T,
        done: impl Fn(&Progress, &T) -> bool,
    ) -> Result<Option<Arc<Followed>>, WaitError> {
        let Some(current) = &self.current else { return Ok(None) };
        let mut current = current.clone();
        loop {
            let followed = Arc::clone(&current.borrow_and_update());
            let prepared = prepare(&followed);
            let mut progress = followed.progress.clone();
            if done(&progress.borrow(), &prepared) {
                return Ok(Some(followed));
            }
            let seen = {
                let _wanted = followed.wanted.enter();
                tokio::select! {
                    biased;
                    seen = progress.wait_for(|p| done(p, &prepared) || p.status.is_final()) => {
                        seen.ok().map(|seen| seen.clone())
                    }
                    changed = current.changed() => match changed {
                        Ok(()) => continue,
                        Err(_) => None,
                    },
                }
            };
            let status = match seen {
                Some(seen) if done(&seen, &prepared) => return Ok(Some(followed)),
                Some(seen) => seen.status,
                // Nobody is left to say more than this.
                None => Status::Stopped,
            };
            // Another one is read now.
            if current.has_changed().unwrap_or(false) {
                continue;
            }
            return Err(self.ended(status));
        }
    }
}

impl fmt::Debug for Waiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiter").field("name", &self.name).finish_non_exhaustive()
    }
}
