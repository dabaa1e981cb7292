use crate::transport::{Saving, TransportError};
use factum_core::Position;
use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// What the partitions of a relay have published here that its broker may still forget.
///
/// Of a partition, everything that was published since it [began](Self::begin) is either saved, or in here and published over one
/// connection. As long as something is in here, nothing is published over another one: what came after it would come before what was
/// forgotten. So when the connection is lost, the partition begins again at its checkpoint, which is not beyond what is in here.
pub(super) struct Unsaved(Mutex<BTreeMap<u16, Partition>>);

#[derive(Default)]
struct Partition {
    /// Over which connection it was published.
    connection: u64,
    /// Whether something was published that is not in `batches` yet.
    is_open: bool,
    /// In order.
    batches: VecDeque<Batch>,
    /// Everything up to here is saved, as far as is known.
    saved: Position,
}

/// Some batches that were confirmed at about the same time.
struct Batch {
    first: Instant,
    last: Instant,
    /// Up to where everything is published with it.
    through: Position,
}

/// Batches that were confirmed within so long are taken for one, so that there are few of them.
const TOGETHER: Duration = Duration::from_millis(100);

impl Unsaved {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    /// A partition begins at its checkpoint.
    pub(super) fn begin(&self, partition: u16) {
        self.partitions().insert(partition, Partition::default());
    }

    /// Over which connection the next messages of a partition are published.
    pub(super) fn open(&self, partition: u16, saving: &dyn Saving) -> u64 {
        let mut partitions = self.partitions();
        let partition = partitions.entry(partition).or_default();
        if partition.batches.is_empty() && !partition.is_open {
            partition.connection = saving.connection();
        }
        partition.is_open = true;
        partition.connection
    }

    /// Everything of a partition up to `passed` was published, or is not to be. Up to where it is saved, or as good as.
    pub(super) fn saved(
        &self,
        partition: u16,
        passed: Position,
        saving: &dyn Saving,
    ) -> Result<Position, TransportError> {
        let mut partitions = self.partitions();
        let partition = partitions.entry(partition).or_default();
        if std::mem::take(&mut partition.is_open) {
            let now = Instant::now();
            match partition.batches.back_mut() {
                Some(last) if now - last.first < TOGETHER => (last.last, last.through) = (now, passed),
                _ => partition.batches.push_back(Batch { first: now, last: now, through: passed }),
            }
        }
        if !partition.batches.is_empty() {
            let saved = saving.saved(partition.connection)?;
            while let Some(batch) = partition.batches.pop_front_if(|batch| batch.last <= saved) {
                partition.saved = batch.through;
            }
        }
        match partition.batches.back_mut() {
            Some(last) => last.through = passed.max(last.through),
            None => partition.saved = passed.max(partition.saved),
        }
        Ok(partition.saved)
    }

    fn partitions(&self) -> MutexGuard<'_, BTreeMap<u16, Partition>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Another relay, which has published nothing.
impl Clone for Unsaved {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl fmt::Debug for Unsaved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsaved").finish_non_exhaustive()
    }
}
