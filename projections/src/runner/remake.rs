use super::{
    failure::SessionError,
    history::{Cursor, History},
    session::{Session, catching, full},
};
use factum_core::{
    Position, StoreError, StreamId,
    projection::{Project, ProjectionError, Recent},
    quarantine::{Change, Lane, ListParked},
    sink::{CommitError, Repair, Sink},
};
use futures_util::future::{BoxFuture, FutureExt as _};
use std::{collections::HashMap, future::pending, sync::Arc};

/// A document that is being made anew, beside the events that are being applied.
pub(super) struct Remaking<'a, W> {
    repair: Repair,
    cursor: Arc<Cursor>,
    work: BoxFuture<'a, Result<W, ProjectionError>>,
}

/// While no more positions than that are to be read, nothing else is applied: otherwise it might never come to an end.
const NEAR: u64 = 2_500;

impl<W> Remaking<'_, W> {
    /// Whether it is as good as done.
    pub(super) fn is_near(&self) -> bool {
        self.cursor.distance() <= NEAR
    }

    /// What it is to have is this.
    pub(super) fn aim(&self, target: Position) {
        self.cursor.aim(target);
    }
}

/// Until it is made.
pub(super) async fn made<W>(remaking: &mut Option<Remaking<'_, W>>) -> Result<W, ProjectionError> {
    match remaking {
        Some(remaking) => (&mut remaking.work).await,
        None => pending().await,
    }
}

impl<K: Sink, P: Project<K>> Session<'_, P, K> {
    /// Begins to make the next document anew, if somebody has asked for one.
    pub(super) async fn begin_repair(&mut self) -> Result<(), SessionError> {
        if self.remaking.is_some() {
            return Ok(());
        }
        let asked = |repair: &&Repair| self.at.partition.has(&repair.document);
        let Some(repair) = self.at.repairs.borrow().iter().find(asked).cloned() else { return Ok(()) };
        let (projection, sink, log) = (self.at.projection, self.at.sink, self.at.log);
        tracing::info!(projection = P::NAME, document = repair.document, "document is made anew");
        let cursor = Arc::new(Cursor::default());
        cursor.aim(self.passed);
        let (partition, generation) = (self.at.partition, self.at.generation);
        let (aim, document, key) = (Arc::clone(&cursor), repair.document.clone(), self.at.key.clone());
        let held = self.lanes.held_streams();
        let work = async move {
            let heads = ListParked::new(key.consumer, key.log).partition(key.partition).heads();
            let waiting = waiting(sink, heads, held).await?;
            let mut history =
                History::of::<K, P>(projection, &document, log, partition, waiting, aim).await?;
            let work = projection.remake(sink, &mut history, &document, generation).await;
            match history.error() {
                Some(error) => Err(error),
                None => work,
            }
        };
        self.remaking = Some(Remaking { repair, cursor, work: catching(work).boxed() });
        Ok(())
    }

    /// Writes a document that was made anew in the place of the one before.
    pub(super) async fn replace(
        &mut self,
        work: Result<K::Work, ProjectionError>,
    ) -> Result<(), SessionError> {
        let Some(Remaking { repair, cursor, .. }) = self.remaking.take() else { return Ok(()) };
        cursor.aim(self.passed);
        if work.is_ok() && cursor.distance() > 0 {
            // It is begun again.
            return Ok(());
        }
        let lane = Lane::Document(repair.document.clone());
        let outcome = match work {
            // With it, its events wait no longer: it has them.
            Ok(work) => self.heal_with(work, Change::ReleaseAll { lane: lane.clone() }).await,
            Err(error) => Err(error.into()),
        };
        match outcome {
            Ok(()) => {
                // It does not remember this one.
                self.recent = Recent::of(self.at.generation);
                self.lanes.free(&lane);
                self.held.free(&lane);
                self.at.board.moved(self.at.key.partition, self.passed, self.lanes.held());
                tracing::info!(
                    projection = P::NAME,
                    document = repair.document,
                    "document has been made anew"
                );
                self.repaired(&repair, None).await
            }
            Err(error @ SessionError::Projection(_)) if !error.is_transient() => {
                self.stays(&repair, lane, &error).await
            }
            Err(error @ SessionError::Commit(CommitError::Work(_))) => {
                self.stays(&repair, lane, &error).await
            }
            Err(error) => Err(error),
        }
    }

    /// It could not be made anew, and is as it was; so is what waits for it.
    async fn stays(&mut self, repair: &Repair, lane: Lane, error: &SessionError) -> Result<(), SessionError> {
        tracing::warn!(
            projection = P::NAME,
            document = repair.document,
            error = full(error),
            "document could not be made anew"
        );
        let head = ListParked::new(self.at.key.consumer.clone(), self.at.key.log).lane(lane).limit(1);
        if let Some(head) = self.at.sink.parked(head).await?.pop() {
            self.failed_again(head, None, error).await?;
        }
        self.repaired(repair, Some(full(error))).await
    }

    /// Answers whoever has asked for it.
    async fn repaired(&mut self, repair: &Repair, failure: Option<String>) -> Result<(), SessionError> {
        let (key, id) = (&self.at.key, repair.id);
        self.at.sink.repaired(&key.consumer, key.log, id, failure.as_deref()).await?;
        self.at.repairs.send_modify(|repairs| repairs.retain(|repair| repair.id != id));
        Ok(())
    }
}

/// From which position on the events of each stream wait: those that `held` says, or later ones if some have been applied since.
async fn waiting<K: Sink>(
    sink: &K,
    heads: ListParked,
    held: Vec<(StreamId, Position)>,
) -> Result<HashMap<StreamId, Position>, StoreError> {
    let mut waiting: HashMap<_, _> = held.into_iter().collect();
    let mut next = Some(heads.clone()).filter(|_| !waiting.is_empty());
    while let Some(request) = next {
        let page = sink.parked(request).await?;
        next = page.last().map(|last| heads.clone().after(last.lane.clone(), last.position));
        for parked in page {
            if let Lane::Stream(stream) = parked.lane {
                waiting.insert(stream, parked.position);
            }
        }
    }
    Ok(waiting)
}
