use super::{
    failure::{OnFailure, PAUSES, SessionError},
    session::{Place, Session, catching, full},
};
use async_trait::async_trait;
use factum_core::{
    Position, Projection, Query, Recorded, StoreError,
    projection::{Lanes, Pieces, Project, ProjectionError, Recent},
    quarantine::{Asked, Change, Failure, Lane, ListParked, Parked, Request},
    sink::{CommitError, Sink},
    store::{EventReader as _, ReadLog},
};
use std::{collections::HashMap, time::Duration};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// How often it is looked whether somebody has asked for something, while there is something in quarantine.
const LOOK: Duration = Duration::from_millis(500);

/// What of a partition is in quarantine, and when it is tried again.
pub(super) struct Held {
    /// When the first event of each lane is tried again by itself, if it is.
    lanes: HashMap<Lane, Option<Instant>>,
    /// First failures, which are not kept with their events yet.
    failures: HashMap<(Lane, Position), Failure>,
    /// Those of them that are being committed.
    committing: Vec<(Lane, Position)>,
    on_failure: OnFailure,
    /// When it is looked again for requests.
    look: Instant,
}

impl Held {
    /// Finds what was left in quarantine.
    pub(super) async fn load<P: Projection, K: Sink>(
        at: &Place<'_, P, K>,
        lanes: &mut Lanes,
    ) -> Result<Self, StoreError> {
        let (lanes_held, failures, committing) = Default::default();
        let (on_failure, look) = (at.on_failure, Instant::now());
        let mut held = Self { lanes: lanes_held, failures, committing, on_failure, look };
        let all = ListParked::new(at.key.consumer.clone(), at.key.log).partition(at.key.partition).heads();
        let mut next = Some(all.clone());
        while let Some(request) = next {
            let page = at.sink.parked(request).await?;
            next = page.last().map(|last| all.clone().after(last.lane.clone(), last.position));
            for Parked { lane, position, failure, .. } in page {
                lanes.hold(lane.clone(), position);
                let tried = failure.map_or(0, |failure| failure.attempts);
                held.lanes.insert(lane, again(tried, on_failure));
            }
        }
        Ok(held)
    }

    /// An event has failed for the first time.
    pub(super) fn add(&mut self, lane: Lane, position: Position, error: String) {
        self.failures.insert((lane, position), Failure::new(error, 1));
    }

    /// The events that have to wait, and why.
    pub(super) fn with_failures(&mut self, mut changes: Vec<Change>) -> Vec<Change> {
        self.committing.clear();
        if self.failures.is_empty() {
            return changes;
        }
        for change in &mut changes {
            if let Change::Park { lane, position, failure, .. } = change {
                let place = (lane.clone(), *position);
                if let Some(known) = self.failures.get(&place) {
                    *failure = Some(known.clone());
                    self.committing.push(place);
                }
            }
        }
        changes
    }

    /// What was to be kept is.
    pub(super) fn committed(&mut self) {
        for place in self.committing.drain(..) {
            self.failures.remove(&place);
            self.lanes.insert(place.0, again(1, self.on_failure));
        }
    }

    /// Nothing of a lane waits any more.
    pub(super) fn free(&mut self, lane: &Lane) {
        self.lanes.remove(lane);
        self.failures.retain(|(of, _), _| of != lane);
    }

    /// Until something is to be looked at.
    pub(super) async fn due(&self) {
        let tries = self.lanes.values().flatten().min().copied();
        match tries.map(|tries| tries.min(self.look)) {
            Some(time) => sleep_until(time).await,
            None if self.lanes.is_empty() => std::future::pending().await,
            None => sleep_until(self.look).await,
        }
    }
}

/// When an event is tried again by itself that was tried so often.
fn again(tried: u32, on_failure: OnFailure) -> Option<Instant> {
    match on_failure {
        OnFailure::Quarantine { attempts } if tried >= attempts => None,
        _ => Some(Instant::now() + PAUSES.before(tried.saturating_add(1))),
    }
}

impl<K: Sink, P: Project<K>> Session<'_, P, K> {
    /// Tries what is due, and what somebody has asked for.
    pub(super) async fn heal(&mut self, stop: &CancellationToken) -> Result<(), SessionError> {
        let now = Instant::now();
        let due = self.held.lanes.iter().filter(|(_, time)| time.is_some_and(|time| time <= now));
        let mut lanes: HashMap<_, _> = due.map(|(lane, _)| (lane.clone(), None)).collect();
        if self.held.look <= now {
            let requests = self.at.sink.requests(&self.at.key).await?;
            lanes.extend(requests.into_iter().map(|(lane, first, asked)| (lane, Some((first, asked)))));
            self.held.look = Instant::now() + LOOK;
        }
        for (lane, asked) in lanes {
            if stop.is_cancelled() {
                break;
            }
            self.heal_lane(&lane, asked).await?;
        }
        Ok(())
    }

    /// Applies the events of a lane until one fails. What was asked for was asked for one of them, and for no other.
    async fn heal_lane(&mut self, lane: &Lane, asked: Option<(Position, Asked)>) -> Result<(), SessionError> {
        let all = ListParked::new(self.at.key.consumer.clone(), self.at.key.log).lane(lane.clone());
        loop {
            let page = self.at.sink.parked(all.clone().limit(100)).await?;
            if page.is_empty() {
                self.lanes.free(lane);
                self.held.lanes.remove(lane);
                tracing::info!(projection = P::NAME, %lane, "lane has left quarantine");
                self.at.board.moved(self.at.key.partition, self.passed, self.lanes.held());
                return Ok(());
            }
            for parked in page {
                if parked.position > self.kept {
                    // It would come again with what the checkpoint is held back for, whatever had become of it here.
                    if let Some(Some(time)) = self.held.lanes.get_mut(lane) {
                        *time = Instant::now() + LOOK;
                    }
                    return Ok(());
                }
                let release = Change::Release { lane: lane.clone(), position: parked.position };
                let asked = asked.filter(|(first, _)| *first == parked.position).map(|(_, asked)| asked);
                if asked.is_some_and(|asked| asked.request == Request::Skip) {
                    tracing::warn!(projection = P::NAME, %lane, position = %parked.position, "event is skipped");
                    self.change(release).await?;
                    self.stream_changes(lane);
                    continue;
                }
                let failed = match self.project_parked(&parked).await {
                    Ok(work) => match self.heal_with(work, release).await {
                        Ok(()) => {
                            self.stream_changes(lane);
                            continue;
                        }
                        Err(error @ SessionError::Commit(CommitError::Work(_))) => error,
                        Err(error) => return Err(error),
                    },
                    Err(error) if error.is_transient() => return Err(error),
                    Err(error) => error,
                };
                return self.failed_again(parked, asked, &failed).await;
            }
        }
    }

    pub(super) async fn failed_again(
        &mut self,
        parked: Parked,
        answers: Option<Asked>,
        error: &SessionError,
    ) -> Result<(), SessionError> {
        self.recent = Recent::of(self.at.generation);
        drop(self.lanes.waiting());
        let Parked { lane, position, failure, .. } = parked;
        let attempts = failure.map_or(0, |failure| failure.attempts).saturating_add(1);
        tracing::warn!(
            projection = P::NAME, %lane, %position, attempts, error = full(error), "event stays in quarantine"
        );
        let failure = Failure::new(full(error), attempts);
        self.held.lanes.insert(lane.clone(), again(attempts, self.at.on_failure));
        self.change(Change::Failed { lane, position, failure, answers }).await
    }

    /// What one parked event changes in its lane.
    async fn project_parked(&mut self, parked: &Parked) -> Result<K::Work, SessionError> {
        let request = ReadLog::new(Query::all()).after(parked.position.previous()).limit(1);
        let page = self.at.log.read_log(request).await?;
        let event = page.events.into_iter().next().filter(|event| event.position == parked.position);
        let missing = || {
            let doing = format!("reading event {} again", parked.position);
            StoreError::corrupt(doing, "it is not in the log any more")
        };
        let mut event = One { event: vec![event.ok_or_else(missing)?.decode()?], taken: false };
        self.lanes.only(Some(parked.lane.clone()));
        let (projection, sink) = (self.at.projection, self.at.sink);
        let work = catching(projection.project_next(sink, &mut event, &mut self.recent, &self.lanes)).await;
        self.lanes.only(None);
        // A projection whose effects cannot be undone says so there, and has work all the same.
        let work = match self.lanes.end() {
            Some((_, error)) => Err(error),
            None => work,
        };
        work.map_err(|error| match error {
            // It is said already which event it is.
            ProjectionError::Event { source, .. } => (*source).into(),
            error => error.into(),
        })
    }
}

/// A batch of one event.
struct One<E> {
    event: Vec<Recorded<E>>,
    taken: bool,
}

#[async_trait]
impl<E: Send> Pieces<E> for One<E> {
    async fn next(&mut self) -> &mut Vec<Recorded<E>> {
        if std::mem::replace(&mut self.taken, true) {
            self.event.clear();
        }
        &mut self.event
    }
}
