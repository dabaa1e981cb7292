use super::{ProcessManager, Processes, fold::Reacting, names};
use crate::{
    ConsumerName, Invalid,
    app::Startup,
    event::Recorded,
    projection::{Lanes, Parting, Partition, Pieces, Project, Projection, ProjectionError, Recent},
    sink::{Collection, DocumentSink},
};
use async_trait::async_trait;
use std::{fmt, marker::PhantomData};

/// A process as something that follows the log: a projection whose documents are its instances, with their undelivered commands
/// and their deadlines.
///
/// It is what [`wait_for`](crate::app) waits for: `app.wait_for::<Processing<Registration>>(&receipt)` returns when the process has
/// reacted to an append. It cannot be made anew from the log, since what it has sent was sent.
pub struct Processing<P>(PhantomData<fn() -> P>);

impl<P> Processing<P> {
    /// The process `P`.
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<P: ProcessManager> Processing<P> {
    /// Where it keeps its instances.
    ///
    /// # Errors
    /// [`Invalid`] when the name of the process cannot be one.
    pub fn collection() -> Result<Collection, Invalid> {
        Collection::new(Self::NAME, 1)
    }

    /// The consumer that sends what it asks for, and fires its deadlines.
    ///
    /// # Errors
    /// [`Invalid`] when the name of the process cannot be one.
    pub fn agent() -> Result<ConsumerName, Invalid> {
        names::agent(P::NAME)
    }
}

#[diagnostic::do_not_recommend]
impl<P: ProcessManager> Projection for Processing<P> {
    type Event = P::Event;
    const NAME: &'static str = names::Of::<P>::NAME;
}

#[diagnostic::do_not_recommend]
#[async_trait]
impl<P: ProcessManager, K: DocumentSink> Project<K> for Processing<P> {
    async fn prepare(&self, sink: &K) -> Result<(), ProjectionError> {
        Ok(sink.prepare(&Self::collection()?).await?)
    }

    fn parting(&self) -> Parting {
        if P::KEYS_OF_STREAM { Parting::Streams } else { Parting::Documents }
    }

    fn provide(&self, sink: &K, startup: &mut Startup) {
        let log = startup.store().log_id();
        // If its name cannot be one, it does not start.
        if let Ok(processes) = Processes::<P>::new(sink.clone(), log) {
            startup.provide(processes);
        }
    }

    async fn project(&self, sink: &K, events: &[Recorded<P::Event>]) -> Result<K::Work, ProjectionError> {
        let collection = Self::collection()?;
        let (mut recent, mut reacting) = (Recent::new(), Reacting::<P>::new());
        reacting.take(events, sink, &collection, &recent, &Lanes::new(Partition::WHOLE)).await?;
        Ok(sink.changes(&collection, reacting.changes(&mut recent)?))
    }

    async fn project_next(
        &self,
        sink: &K,
        events: &mut dyn Pieces<P::Event>,
        recent: &mut Recent,
        lanes: &Lanes,
    ) -> Result<K::Work, ProjectionError> {
        let collection = Self::collection()?;
        recent.look(sink, &collection).await?;
        let mut reacting = Reacting::<P>::new();
        loop {
            let piece = events.next().await;
            if piece.is_empty() {
                return Ok(sink.changes(&collection, reacting.changes(recent)?));
            }
            reacting.take(piece, sink, &collection, recent, lanes).await?;
        }
    }
}

impl<P> Clone for Processing<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for Processing<P> {}

impl<P> Default for Processing<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: ProcessManager> fmt::Debug for Processing<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Processing").field(&P::NAME).finish()
    }
}
