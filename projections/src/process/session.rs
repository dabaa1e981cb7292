use super::{agent::Agent, deadlines::Deadlines, error::SessionError, queues::Queues};
use crate::runner::{Holder, Progress, until};
use factum_core::{
    Checkpoint, CheckpointKey, Position, StoreError, Timestamp,
    process::{Answer, ProcessManager, Undelivered},
    quarantine::{Asked, Lane, ListParked},
    sink::DocumentSink,
};
use std::{collections::HashMap, time::Duration};
use tokio::{sync::watch, task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;

/// Documents in the first page that is read of a kind, and in each that follows: mostly there are few, and what is behind them is
/// read in vain.
pub(super) const PAGES: [usize; 2] = [8, 500];

/// How often it is looked at what there is to do, if nothing is heard: when all that can be kept is kept by this node, and when some
/// is kept by others.
const CALM: Duration = Duration::from_secs(1);
const ELSEWHERE: Duration = Duration::from_millis(100);

/// A look that takes longer, because much is kept that cannot be done now, is not taken again and again: a fifth of the time at most.
const LONG: Duration = Duration::from_millis(20);

/// How often it is looked whether somebody has asked for something, while there is something in quarantine.
const ASKED: Duration = Duration::from_millis(500);

/// An agent at work, up to the first error.
pub(super) struct Session<'a, P, K> {
    pub(super) agent: &'a Agent<P, K>,
    pub(super) key: CheckpointKey,
    pub(super) checkpoint: Checkpoint,
    pub(super) queues: Queues,
    /// The instances whose first command is in quarantine.
    pub(super) stuck: HashMap<String, Stuck>,
    deadlines: Deadlines,
    /// The commands that are under way, with their instances.
    pub(super) sent: JoinSet<(String, Answer)>,
    /// Whether it has done anything.
    pub(super) has_worked: bool,
}

/// A command in quarantine.
pub(super) struct Stuck {
    /// Of the event that it was sent for.
    pub(super) position: Position,
    pub(super) attempts: u32,
    /// What it is being sent again for.
    pub(super) asked: Option<Asked>,
}

impl<'a, P: ProcessManager, K: DocumentSink> Session<'a, P, K> {
    pub(super) fn new(agent: &'a Agent<P, K>, key: CheckpointKey, checkpoint: Checkpoint) -> Self {
        Self {
            agent,
            key,
            checkpoint,
            queues: Queues::default(),
            stuck: HashMap::new(),
            deadlines: Deadlines::default(),
            sent: JoinSet::new(),
            has_worked: false,
        }
    }

    /// Does what there is to do until it is stopped, or an error.
    pub(super) async fn run(&mut self, stop: &CancellationToken) -> Result<(), SessionError> {
        self.load_stuck().await?;
        let mut kept = self.agent.waiter.watched();
        let (mut look, mut ask, mut rest) = (Instant::now(), Instant::now(), Instant::now());
        loop {
            if stop.is_cancelled() {
                return self.finish().await;
            }
            let now = Instant::now();
            if look <= now || self.queues.runs_low() {
                // What is kept from now on is seen, or heard of.
                if let Some(kept) = &mut kept {
                    kept.mark_unchanged();
                }
                self.look().await?;
                let took = now.elapsed();
                look = Instant::now() + pause(kept.as_ref());
                rest = Instant::now() + if took > LONG { 4 * took } else { Duration::ZERO };
            }
            if ask <= now && !self.stuck.is_empty() {
                self.answer_requests().await?;
                ask = Instant::now() + ASKED;
            }
            self.queues.wake(Instant::now());
            self.send();
            let asks = (!self.stuck.is_empty()).then_some(ask);
            let wakes = [Some(look), asks, self.queues.due()].into_iter().flatten().min();
            // In no order: whatever there is much of must not keep the others waiting.
            tokio::select! {
                () = stop.cancelled() => {}
                Some(sent) = self.sent.join_next(), if !self.sent.is_empty() => {
                    self.answered(sent.map_err(|_| SessionError::GivenUp)?).await?;
                }
                () = changed(&mut kept) => look = rest.max(Instant::now()),
                due = due(&self.agent.sink, self.deadlines.next) => {
                    due?;
                    look = Instant::now();
                }
                () = until(wakes) => {}
            }
        }
    }

    /// What was left in quarantine.
    async fn load_stuck(&mut self) -> Result<(), SessionError> {
        let heads = ListParked::new(self.key.consumer.clone(), self.key.log).heads();
        let mut next = Some(heads.clone());
        while let Some(request) = next {
            let page = self.agent.sink.parked(request).await?;
            next = page.last().map(|last| heads.clone().after(last.lane.clone(), last.position));
            for parked in page {
                if let Lane::Document(instance) = parked.lane {
                    let attempts = parked.failure.map_or(0, |failure| failure.attempts);
                    self.stuck.insert(instance, Stuck { position: parked.position, attempts, asked: None });
                }
            }
        }
        Ok(())
    }

    /// Looks for commands, and fires deadlines.
    async fn look(&mut self) -> Result<(), SessionError> {
        let (sink, collection) = (&self.agent.sink, &self.agent.collection);
        self.queues.more = false;
        let (mut after, mut pages) = (None, PAGES.into_iter());
        loop {
            let limit = pages.next().unwrap_or(PAGES[1]);
            let page = Undelivered::load(sink, collection, after.as_deref(), limit).await?;
            let is_last = page.len() < limit;
            for (key, command) in page {
                let is_stuck = self.stuck.contains_key(&command.instance);
                self.queues.add(key.clone(), command, is_stuck);
                after = Some(key);
            }
            if is_last {
                break;
            }
            if self.queues.is_full() {
                self.queues.more = true;
                break;
            }
        }
        self.deadlines.look::<P>(sink, collection, &*self.agent.store).await
    }

    /// Sends what can be sent.
    fn send(&mut self) {
        while self.sent.len() < self.agent.at_once.get() {
            let Some(command) = self.queues.next() else { return };
            let tried = self.stuck.get(&command.instance).map_or(0, |stuck| stuck.attempts);
            let sent = command.deliver::<P>(self.agent.commands.clone(), tried);
            self.sent.spawn(async move { (command.instance, sent.await) });
        }
    }

    /// Waits for what is under way.
    async fn finish(&mut self) -> Result<(), SessionError> {
        while let Some(sent) = self.sent.join_next().await {
            self.answered(sent.map_err(|_| SessionError::GivenUp)?).await?;
        }
        Ok(())
    }
}

/// How long to wait when nothing is heard.
fn pause(kept: Option<&watch::Receiver<Progress>>) -> Duration {
    let is_here = |kept: &watch::Receiver<Progress>| {
        kept.borrow().partitions.iter().all(|partition| partition.holder == Holder::Here)
    };
    if kept.is_some_and(is_here) { CALM } else { ELSEWHERE }
}

/// Until more may be kept; never when nobody tells.
async fn changed(kept: &mut Option<watch::Receiver<Progress>>) {
    if let Some(receiver) = kept
        && receiver.changed().await.is_ok()
    {
        return;
    }
    std::future::pending::<()>().await;
}

/// Until then by the store's clock; never, if there is no time.
async fn due(sink: &impl DocumentSink, time: Option<Timestamp>) -> Result<(), StoreError> {
    match time {
        Some(time) => sink.wait_until(time).await.map(drop),
        None => std::future::pending().await,
    }
}
