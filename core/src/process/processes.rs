use super::{Instance, Instances, ProcessManager, Stuck};
use crate::{Invalid, LogId, StoreError, sink::DocumentSink};
use std::{fmt, marker::PhantomData};

/// The instances of the process `P`, to look at and to see to. `app.processes::<P>()` gives it.
pub struct Processes<P> {
    instances: Instances,
    process: PhantomData<fn() -> P>,
}

impl<P: ProcessManager> Processes<P> {
    /// Those over `log`, in `sink`.
    ///
    /// # Errors
    /// [`Invalid`] when the name of the process cannot be one.
    pub fn new<K: DocumentSink>(sink: K, log: LogId) -> Result<Self, Invalid> {
        Ok(Self { instances: Instances::new(sink, log, P::NAME)?, process: PhantomData })
    }

    /// The same, whatever the state is in Rust.
    #[must_use]
    pub const fn instances(&self) -> &Instances {
        &self.instances
    }

    /// The instance with this key, if it is there: one that has ended is not.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn get(&self, key: &P::Key) -> Result<Option<Instance<P>>, StoreError> {
        self.instances.get(&key.to_string()).await?.map(decoded).transpose()
    }

    /// Instances in the order of their keys, by bytes: at most `limit`, after the one with the key `after`.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub async fn page(&self, after: Option<&str>, limit: usize) -> Result<Vec<Instance<P>>, StoreError> {
        self.instances.page(after, limit).await?.into_iter().map(decoded).collect()
    }

    /// All of them, in the order of their keys, by bytes.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub async fn list(&self) -> Result<Vec<Instance<P>>, StoreError> {
        self.instances.list().await?.into_iter().map(decoded).collect()
    }

    /// What does not go on, and why: also of instances that are not there yet, or that have ended.
    ///
    /// # Errors
    /// [`StoreError`] when that cannot be read.
    pub async fn stuck(&self) -> Result<Vec<Stuck>, StoreError> {
        self.instances.stuck().await
    }

    /// Has tried again what an instance is stuck with; see [`Instances::retry`].
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be asked for.
    pub async fn retry(&self, key: &P::Key) -> Result<u64, StoreError> {
        self.instances.retry(&key.to_string()).await
    }

    /// Has left out what an instance is stuck with; see [`Instances::skip`].
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be asked for.
    pub async fn skip(&self, key: &P::Key) -> Result<u64, StoreError> {
        self.instances.skip(&key.to_string()).await
    }
}

fn decoded<P: ProcessManager>(instance: Instance) -> Result<Instance<P>, StoreError> {
    let state = P::decode(instance.version, instance.state.get().as_bytes()).map_err(|error| {
        StoreError::corrupt(format!("reading instance {:?} of process {}", instance.key, P::NAME), error)
    })?;
    Ok(instance.with_state(state))
}

impl<S> Instance<S> {
    fn with_state<T>(self, state: T) -> Instance<T> {
        let Self { key, version, started, last, correlation, sent, deadlines, undelivered, stuck, .. } = self;
        Instance { key, state, version, started, last, correlation, sent, deadlines, undelivered, stuck }
    }
}

impl<P> Clone for Processes<P> {
    fn clone(&self) -> Self {
        Self { instances: self.instances.clone(), process: PhantomData }
    }
}

impl<P: ProcessManager> fmt::Debug for Processes<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Processes").field(&P::NAME).finish()
    }
}
