use super::{
    message::Record,
    progress::{Partition, Progress},
};
use crate::{Topic, transport::TransportError};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// What the thread that polls, the feed and those who have messages in hand share.
#[derive(Debug, Default)]
pub(super) struct Desk {
    state: Mutex<State>,
    /// There may be something to hand out.
    pub(super) changed: Notify,
    /// Something is settled.
    settled: Condvar,
    /// The broker has remembered something.
    pub(super) committed: watch::Sender<()>,
    /// The thread that polls has ended.
    pub(super) ended: CancellationToken,
}

#[derive(Debug, Default)]
pub(super) struct State {
    partitions: HashMap<Partition, Progress>,
    /// What has come in and can be handed out, in the order in which it came in.
    ready: BTreeMap<u64, Entry>,
    /// What was given back, until its pause is over.
    later: BTreeMap<(Instant, u64), Entry>,
    /// Of those that are ready.
    bytes: usize,
    /// How many are handed out.
    in_hand: usize,
    /// Counts what comes in, and how often partitions were had.
    count: u64,
    pub(super) is_closing: bool,
    /// The broker was not told what is settled, and is told again not before this.
    pub(super) unheard_until: Option<Instant>,
    pub(super) failed: Option<TransportError>,
}

/// Where a message is.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) partition: Partition,
    pub(super) epoch: u64,
    pub(super) offset: i64,
    /// Its turn among those that have come in.
    turn: u64,
}

/// A message that has come in.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) place: Place,
    /// Under which it was published; `None` if that cannot be told.
    pub(super) topic: Option<Topic>,
    pub(super) record: Arc<Record>,
    /// How often it was handed out.
    pub(super) attempts: u32,
}

/// Those that were given back and wait take no room, up to so many.
const WAITING: usize = 1_000;

impl Desk {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing is handed out any more.
    pub(super) fn close(&self) {
        self.state().is_closing = true;
        self.changed.notify_waiters();
        self.settled.notify_all();
        self.committed.send_replace(());
    }

    pub(super) fn fail(&self, error: TransportError) {
        self.state().failed = Some(error);
        self.changed.notify_waiters();
    }

    /// Says that a message is done with; false if it is not this consumer's any more.
    pub(super) fn settle(&self, place: &Place) -> bool {
        let is_ours = self.state().put_down(place, |progress| progress.settle(place.offset));
        self.woken();
        is_ours
    }

    /// Takes a message back, to be handed out again after a pause; false if it is not this consumer's any more.
    pub(super) fn give_back(&self, entry: Entry, pause: Duration) -> bool {
        let mut state = self.state();
        let mut is_leaving = false;
        let is_ours = state.put_down(&entry.place, |progress| is_leaving = progress.is_leaving);
        // Whoever gets the partition gets it too.
        if is_ours && !is_leaving {
            if pause.is_zero() {
                state.is_ready(entry);
            } else {
                state.later.insert((Instant::now() + pause, entry.place.turn), entry);
            }
        }
        drop(state);
        self.woken();
        is_ours
    }

    /// Waits until there is something settled that the broker does not know of; false once this is closing.
    pub(super) fn wait_until_settled(&self) -> bool {
        let mut state = self.state();
        loop {
            if state.is_closing {
                return false;
            }
            let now = Instant::now();
            let quiet = state.unheard_until.and_then(|until| until.checked_duration_since(now));
            let is_due = state.partitions.values().any(|progress| progress.to_commit().is_some());
            if is_due && quiet.is_none() {
                return true;
            }
            let (settled, within) = (&self.settled, quiet.unwrap_or(Duration::from_secs(1)));
            state = settled.wait_timeout(state, within).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Something has come in, or was passed over.
    pub(super) fn woken(&self) {
        self.settled.notify_all();
        self.changed.notify_waiters();
    }

    /// Nothing more of these is handed out; waits until what is in hand of them is settled, for so long at most.
    pub(super) fn leave(&self, partitions: &[Partition], within: Duration) {
        let until = Instant::now() + within;
        let mut state = self.state();
        state.forget(partitions);
        for partition in partitions {
            if let Some(progress) = state.partitions.get_mut(partition) {
                progress.is_leaving = true;
            }
        }
        loop {
            let held = |partition| state.partitions.get(partition).map_or(0, |progress| progress.in_hand);
            let in_hand: usize = partitions.iter().map(held).sum();
            let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
            else {
                if in_hand > 0 {
                    tracing::warn!(
                        in_hand,
                        "messages of Kafka are in hand while their partition goes to another"
                    );
                }
                return;
            };
            if in_hand == 0 || state.is_closing {
                return;
            }
            state = self.settled.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl State {
    /// Begins with a partition, of which `from` is the first offset that is not settled, if that is known.
    pub(super) fn begin(&mut self, partition: Partition, from: Option<i64>) {
        self.count += 1;
        self.partitions.insert(partition, Progress::new(self.count, from));
    }

    /// These are somebody else's now.
    pub(super) fn end(&mut self, partitions: &[Partition]) {
        self.forget(partitions);
        for partition in partitions {
            self.partitions.remove(partition);
        }
    }

    /// Does not hand out what is there of these.
    fn forget(&mut self, partitions: &[Partition]) {
        let stays = |entry: &Entry| !partitions.contains(&entry.place.partition);
        self.ready.retain(|_, entry| stays(entry));
        self.later.retain(|_, entry| stays(entry));
        self.bytes = self.ready.values().map(|entry| entry.record.bytes()).sum();
    }

    fn is_ready(&mut self, entry: Entry) {
        self.bytes += entry.record.bytes();
        self.ready.insert(entry.place.turn, entry);
    }

    /// Takes in what was fetched. What is not `wanted` is passed over.
    pub(super) fn came(
        &mut self,
        partition: &Partition,
        offset: i64,
        topic: Option<Topic>,
        record: Record,
        wanted: bool,
    ) {
        self.count += 1;
        let turn = self.count;
        let Some(progress) = self.partitions.get_mut(partition) else { return };
        if progress.goes_back(offset) {
            tracing::warn!(%partition, offset, "Kafka has gone back to an earlier place");
            progress.go_back(turn, offset);
            self.forget(std::slice::from_ref(partition));
        }
        let Some(progress) = self.partitions.get_mut(partition) else { return };
        if progress.is_leaving {
            return;
        }
        if !wanted {
            return progress.passed(offset);
        }
        progress.came(offset);
        let place = Place { partition: partition.clone(), epoch: progress.epoch, offset, turn };
        self.is_ready(Entry { place, topic, record: Arc::new(record), attempts: 0 });
    }

    /// The next message to be handed out while no more than so many are; otherwise when to look again, if that is known.
    pub(super) fn take(&mut self, prefetch: usize) -> Result<Entry, Option<Instant>> {
        let now = Instant::now();
        while let Some(first) = self.later.first_entry().filter(|first| first.key().0 <= now) {
            let entry = first.remove();
            self.is_ready(entry);
        }
        let waiting = self.later.len().saturating_sub(WAITING);
        let next = if self.in_hand + waiting < prefetch { self.ready.pop_first() } else { None };
        let Some((_, mut entry)) = next else {
            return Err(self.later.first_key_value().map(|((due, _), _)| *due));
        };
        self.bytes -= entry.record.bytes();
        self.in_hand += 1;
        entry.attempts = entry.attempts.saturating_add(1);
        if let Some(progress) = self.partitions.get_mut(&entry.place.partition) {
            progress.in_hand += 1;
        }
        Ok(entry)
    }

    /// A message is in hand no longer; false if it is not this consumer's any more.
    fn put_down(&mut self, place: &Place, then: impl FnOnce(&mut Progress)) -> bool {
        self.in_hand = self.in_hand.saturating_sub(1);
        let is_closing = self.is_closing;
        let Some(progress) = self.of(place) else { return false };
        progress.in_hand = progress.in_hand.saturating_sub(1);
        if !is_closing {
            then(progress);
        }
        !is_closing
    }

    /// The partition of a message, if it is still this consumer's.
    pub(super) fn of(&mut self, place: &Place) -> Option<&mut Progress> {
        self.partitions.get_mut(&place.partition).filter(|progress| progress.epoch == place.epoch)
    }

    pub(super) fn progress(&mut self, partition: &Partition) -> Option<&mut Progress> {
        self.partitions.get_mut(partition)
    }

    pub(super) fn progresses(&mut self) -> impl Iterator<Item = (&Partition, &mut Progress)> {
        self.partitions.iter_mut()
    }

    pub(super) fn has(&self, partition: &Partition) -> bool {
        self.partitions.contains_key(partition)
    }

    /// Grows with every partition that is begun with.
    pub(super) fn newest(&self) -> u64 {
        self.partitions.values().map(|progress| progress.epoch).max().unwrap_or(0)
    }

    /// How much waits to be handed out: messages, and bytes.
    pub(super) fn waits(&self) -> (usize, usize) {
        (self.ready.len(), self.bytes)
    }
}

#[cfg(test)]
mod tests;
