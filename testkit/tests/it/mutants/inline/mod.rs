//! Stores whose appends change read models, with a defect.

mod alone;
mod applied;
mod refused;
mod store;

use super::defect::Outcome;
use factum_core::{
    Append, AppendError, Checkpoint, CheckpointKey, CheckpointStore as _, EventAppender as _,
    EventReader as _, LeaseStore as _, Position, QuarantineStore as _, RecordedEvent, StoreError,
    checkpoint::Advance,
    projection::{Inline, Inlined, ProjectionError},
    quarantine::ListParked,
    sink::{Change, DocumentReader as _, DocumentSink as _, GenerationStore as _, Generations, Sink as _},
    store::{EventReaderExt as _, ReadLog},
};
use factum_store_memory::{MemoryStore, MemoryWork};
use factum_testkit::conformance::{Case, inline::cases};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{Broken, Place};

/// Why an append leaves a projection alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    NeverFounded,
    OnlyClaimed,
    Parted,
    Quarantined,
    Behind,
}

/// What is done otherwise than it should be. Everything that is not overridden is done right.
#[async_trait::async_trait]
trait Defect: Send + Sync {
    /// Whether appends take turns.
    fn takes_turns(&self) -> bool {
        true
    }

    /// Which of the projections that an append concerns are looked at.
    fn concerned(&self, _all: &mut Vec<Arc<Inline<Broken>>>) {}

    fn leaves_alone(&self, _why: Why) -> bool {
        true
    }

    /// Whether an event that was written before concerns a projection.
    fn concerns(&self, inline: &Inline<Broken>, event: &RecordedEvent) -> bool {
        inline.query().matches_event(event)
    }

    fn generation(&self, generations: Generations) -> u32 {
        generations.active
    }

    /// Done to the events that a projection is given.
    fn given(&self, _events: &mut Vec<RecordedEvent>) {}

    /// Done to the changes of documents.
    fn changes(&self, _changes: &mut Vec<Change>) {}

    /// Whether work of a projection's own is done.
    fn works(&self) -> bool {
        true
    }

    /// Where the checkpoint is moved to.
    fn moved(
        &self,
        _before: Position,
        last: &RecordedEvent,
        _of: &Inline<Broken>,
        _events: &[RecordedEvent],
    ) -> Position {
        last.position
    }

    fn raises_the_epoch(&self) -> bool {
        true
    }

    fn keeps_the_lease(&self) -> bool {
        true
    }

    /// Whether read models are written before the log is.
    fn writes_first(&self) -> bool {
        false
    }

    /// Whether one read model is written before the next one is looked at.
    fn writes_one_by_one(&self) -> bool {
        false
    }

    /// What becomes of an append that a projection fails at; `None` to write it all the same.
    fn failed(&self, _append: &Append, error: ProjectionError) -> Option<AppendError> {
        Some(StoreError::new("applying a read model in the append", error).into())
    }

    /// Asked before an append is looked at.
    fn refuses(&self, _append: &Append) -> Option<AppendError> {
        None
    }

    /// Done to the outcomes of a call, before they are told.
    fn answer(&self, _outcomes: &mut Vec<Outcome>) {}

    /// What is left when it is opened again.
    async fn open(&self, _kept: &MemoryStore) {}
}

/// What an append changes in a read model.
struct Effect {
    key: CheckpointKey,
    before: Checkpoint,
    work: MemoryWork,
    to: Position,
}

impl Broken {
    async fn append_all(&self, appends: Vec<Append>) -> Vec<Outcome> {
        let _turn = match self.defect.takes_turns() {
            true => Some(self.turn.lock().await),
            false => None,
        };
        let mut outcomes = Vec::new();
        for append in appends {
            outcomes.push(self.append_next(append).await);
        }
        self.defect.answer(&mut outcomes);
        outcomes
    }

    async fn append_next(&self, append: Append) -> Outcome {
        if let Some(refusal) = self.defect.refuses(&append) {
            return Err(refusal);
        }
        let mut concerned = self.inlines.about(&append.events);
        self.defect.concerned(&mut concerned);
        let mut effects = Vec::new();
        for inline in concerned {
            match self.effect(&append, &inline).await {
                Ok(Some(effect)) if self.defect.writes_one_by_one() => self.write(effect).await,
                Ok(effect) => effects.extend(effect),
                Err(error) => {
                    if let Some(refusal) = self.defect.failed(&append, error) {
                        return Err(refusal);
                    }
                }
            }
        }
        if !self.defect.takes_turns() {
            super::others_go_first().await;
        }
        if self.defect.writes_first() {
            for effect in std::mem::take(&mut effects) {
                self.write(effect).await;
            }
        }
        let receipt = self.kept.append_one(append).await?;
        for effect in effects {
            self.write(effect).await;
        }
        Ok(receipt)
    }

    /// What a projection does with an append that is going to be written.
    async fn effect(
        &self,
        append: &Append,
        inline: &Inline<Broken>,
    ) -> Result<Option<Effect>, ProjectionError> {
        let (kept, defect, log) = (&self.kept, &self.defect, self.kept.log_id());
        let generation = defect.generation(kept.generations(inline.consumer()).await?);
        let key = CheckpointKey::new(inline.consumer().generation(generation)?, log);
        let found = kept.checkpoint(&key).await?;
        let before = found.unwrap_or_default();
        let groups = kept.groups().await?;
        let partitions = groups.iter().find(|(group, _)| group.consumer == key.consumer);
        let partitions = partitions.map(|(group, _)| group.partitions);
        let parked = kept.parked(ListParked::new(key.consumer.clone(), log)).await?;
        let after = kept.read_log(ReadLog::new(factum_core::Query::all()).after(before.position)).await?;
        let is_behind = after.events.iter().any(|event| defect.concerns(inline, event));
        let whys = [
            (found.is_none(), Why::NeverFounded),
            (found.is_some() && partitions.is_none(), Why::OnlyClaimed),
            (partitions.is_some_and(|partitions| partitions != 1), Why::Parted),
            (!parked.is_empty(), Why::Quarantined),
            (is_behind, Why::Behind),
        ];
        if whys.into_iter().any(|(is_so, why)| is_so && defect.leaves_alone(why)) {
            return Ok(None);
        }
        let events = self.recorded(append).await?;
        let mut given = events.clone();
        defect.given(&mut given);
        let Some(begun) = inline.begin(generation, given)? else { return Ok(None) };
        let documents = match &begun.reads().collection {
            Some(collection) => kept.load(collection, begun.reads().keys.clone()).await?,
            None => Vec::new(),
        };
        let work = match begun.end(documents)? {
            Inlined::Documents(collection, mut changes) => {
                defect.changes(&mut changes);
                kept.changes(&collection, changes)
            }
            Inlined::Work(work) if defect.works() => work,
            _ => MemoryWork::default(),
        };
        let last = events.last().expect("an append that concerns something has events");
        let to = defect.moved(before.position, last, inline, &events);
        Ok(Some(Effect { key, before, work, to }))
    }

    /// The events with the places that they are going to have.
    async fn recorded(&self, append: &Append) -> Result<Vec<RecordedEvent>, StoreError> {
        let mut position = self.kept.head().await?;
        let mut versions = HashMap::new();
        let mut events = Vec::new();
        for event in &append.events {
            let version = match versions.get(&event.stream) {
                Some(version) => *version,
                None => self.kept.stream_version(event.stream.clone()).await?,
            };
            position = position.next();
            versions.insert(event.stream.clone(), version.next());
            events.push(event.clone().recorded(position, version.next(), factum_core::store::now()));
        }
        Ok(events)
    }

    /// Its work, and the move of its checkpoint. Whoever has it leased has it afterwards.
    async fn write(&self, effect: Effect) {
        let Effect { key, before, work, to } = effect;
        let groups = self.kept.groups().await.unwrap();
        let group = groups.iter().find(|(group, _)| group.consumer == key.consumer);
        let holder = group.and_then(|(group, roll)| Some((group, roll.leases[0].holder?)));
        let epoch = match holder.filter(|_| self.defect.keeps_the_lease()) {
            _ if !self.defect.raises_the_epoch() => before.epoch,
            Some((group, node)) => {
                let hour = Duration::from_secs(3_600);
                self.kept.lease(group, 0, node, hour).await.unwrap().unwrap().epoch
            }
            None => self.kept.claim(&key).await.unwrap().epoch,
        };
        // A defect may have moved it where it cannot be.
        let _ = self.kept.commit(work, Advance::new(key, epoch, to)).await;
    }
}

/// Runs what `test` does with the cases of stores that have this defect. One after the other: the fixture is one type for all
/// defects, so that the cases are compiled once, and takes the defect from where it is left here.
fn with<T>(defect: impl Defect + 'static, test: impl FnOnce(&[Case]) -> T) -> T {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    store::choose(Arc::new(defect));
    test(&cases::<Place>())
}

/// What [`mutants!`](crate::mutants::mutants) does elsewhere.
macro_rules! mutants {
    ($($(#[$doc:meta])* $defect:ident, $(keeping $state:ty,)? rejected by $case:ident { $($done:tt)* })+) => {
        $($(#[$doc])*
        #[test]
        fn $defect() {
            #[derive(Default)]
            struct Mutant($($state)?);

            #[async_trait::async_trait]
            impl Defect for Mutant { $($done)* }

            super::with(Mutant::default(), |cases| crate::mutants::rejects(cases, stringify!($case)));
        })+
    };
}

use mutants;

pub(crate) fn nothing_is_accepted() {
    struct Nothing;
    impl Defect for Nothing {}
    with(Nothing, super::accepts);
}
