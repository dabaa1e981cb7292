//! Stores of checkpoints, with a defect.

use super::{mutants, others_go_first};
use async_trait::async_trait;
use factum_core::{
    Checkpoint, CheckpointKey, CheckpointStore, ConsumerName, LogId, Position, StoreError,
    checkpoint::{Advance, AdvanceError},
};
use factum_testkit::conformance::{Fixture, checkpoints::cases};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

type Checkpoints = BTreeMap<CheckpointKey, Checkpoint>;

/// What is done otherwise than it should be. Everything that is not overridden is done right.
trait Defect: Default + Send + Sync + 'static {
    /// What a checkpoint is kept under.
    fn key(&self, key: &CheckpointKey) -> CheckpointKey {
        key.clone()
    }

    fn checkpoint(&self, kept: &Checkpoints, key: &CheckpointKey) -> Option<Checkpoint> {
        kept.get(key).copied()
    }

    fn logs(&self, kept: &Checkpoints, consumer: &ConsumerName) -> Vec<LogId> {
        let of = kept.keys().filter(|key| key.consumer == *consumer).map(|key| key.log);
        of.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// What a claim makes of a checkpoint.
    fn claim(&self, current: Checkpoint) -> Checkpoint {
        Checkpoint::new(current.position, current.epoch.next())
    }

    fn advance(&self, current: Option<Checkpoint>, advance: &Advance) -> Result<Checkpoint, AdvanceError> {
        advance.apply_to(current)
    }

    /// What a reset makes of a checkpoint.
    fn reset(&self, current: Checkpoint) -> Checkpoint {
        Checkpoint::new(Position::START, current.epoch.next())
    }

    /// Whether others can come between reading a checkpoint and writing it.
    fn lets_others_between(&self) -> bool {
        false
    }

    /// What is left of `kept` when it is opened again.
    fn open(&self, _kept: &mut Checkpoints) {}
}

struct Place<D> {
    kept: Arc<Mutex<Checkpoints>>,
    defect: Arc<D>,
}

impl<D: Defect> Fixture for Place<D> {
    type Store = Broken<D>;

    async fn make() -> Self {
        Self { kept: Arc::default(), defect: Arc::default() }
    }

    async fn open(&self) -> Broken<D> {
        let store = Broken { kept: Arc::clone(&self.kept), defect: Arc::clone(&self.defect) };
        self.defect.open(&mut store.kept());
        store
    }
}

struct Broken<D> {
    kept: Arc<Mutex<Checkpoints>>,
    defect: Arc<D>,
}

impl<D: Defect> Broken<D> {
    fn kept(&self) -> MutexGuard<'_, Checkpoints> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The checkpoint as it is, and what is needed to write it.
    async fn read(&self, key: &CheckpointKey) -> (Option<Checkpoint>, MutexGuard<'_, Checkpoints>) {
        let current = self.kept().get(key).copied();
        if self.defect.lets_others_between() {
            others_go_first().await;
            return (current, self.kept());
        }
        let kept = self.kept();
        (kept.get(key).copied(), kept)
    }
}

#[async_trait]
impl<D: Defect> CheckpointStore for Broken<D> {
    async fn checkpoint(&self, key: &CheckpointKey) -> Result<Option<Checkpoint>, StoreError> {
        Ok(self.defect.checkpoint(&self.kept(), &self.defect.key(key)))
    }

    async fn logs(&self, consumer: &ConsumerName) -> Result<Vec<LogId>, StoreError> {
        Ok(self.defect.logs(&self.kept(), consumer))
    }

    async fn claim(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        let key = self.defect.key(key);
        let (current, mut kept) = self.read(&key).await;
        let claimed = self.defect.claim(current.unwrap_or_default());
        kept.insert(key, claimed);
        Ok(claimed)
    }

    async fn advance(&self, advance: Advance) -> Result<(), AdvanceError> {
        let key = self.defect.key(&advance.key);
        let (current, mut kept) = self.read(&key).await;
        let moved = self.defect.advance(current, &advance)?;
        kept.insert(key, moved);
        Ok(())
    }

    async fn reset(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        let mut kept = self.kept();
        let checkpoint = kept.entry(self.defect.key(key)).or_default();
        *checkpoint = self.defect.reset(*checkpoint);
        Ok(*checkpoint)
    }
}

pub(crate) fn nothing_is_accepted() {
    #[derive(Default)]
    struct Nothing;
    impl Defect for Nothing {}
    super::accepts(&cases::<Place<Nothing>>());
}

mutants! {
    lets_a_deposed_owner_move_a_checkpoint, rejected by a_deposed_owner_cannot_move_it {
        fn advance(&self, current: Option<Checkpoint>, advance: &Advance) -> Result<Checkpoint, AdvanceError> {
            let mut advance = advance.clone();
            advance.epoch = current.map_or(advance.epoch, |current| current.epoch);
            advance.apply_to(current)
        }
    }

    /// Compares with `<` where it should with `=`.
    lets_an_owner_of_the_future_move_a_checkpoint, rejected by an_owner_to_come_cannot_move_it {
        fn advance(&self, current: Option<Checkpoint>, advance: &Advance) -> Result<Checkpoint, AdvanceError> {
            match current {
                Some(current) if advance.epoch > current.epoch => Ok(Checkpoint::new(advance.to, current.epoch)),
                current => advance.apply_to(current),
            }
        }
    }

    lets_anybody_move_what_nobody_has_claimed, rejected by what_was_never_claimed_cannot_be_moved {
        fn advance(&self, current: Option<Checkpoint>, advance: &Advance) -> Result<Checkpoint, AdvanceError> {
            match current {
                None => Ok(Checkpoint::new(advance.to, advance.epoch)),
                current => advance.apply_to(current),
            }
        }
    }

    /// Compares the epoch in one transaction and writes in another.
    compares_and_moves_in_two_steps, rejected by no_move_of_a_deposed_owner_comes_after_the_claim {
        fn lets_others_between(&self) -> bool {
            true
        }
    }

    gives_an_epoch_to_several_owners, rejected by claims_at_once_have_different_epochs {
        fn lets_others_between(&self) -> bool {
            true
        }
    }

    moves_a_checkpoint_back, rejected by a_checkpoint_never_moves_back {
        fn advance(&self, current: Option<Checkpoint>, advance: &Advance) -> Result<Checkpoint, AdvanceError> {
            match advance.apply_to(current) {
                Err(AdvanceError::Backward { to, .. }) => Ok(Checkpoint::new(to, advance.epoch)),
                other => other,
            }
        }
    }

    /// Back or not is looked at first, so a deposed owner is not told that it was.
    tells_a_deposed_owner_only_that_it_moves_back, rejected by a_deposed_owner_cannot_move_it {
        fn advance(&self, current: Option<Checkpoint>, advance: &Advance) -> Result<Checkpoint, AdvanceError> {
            match current {
                Some(Checkpoint { position, .. }) if advance.to < position => {
                    Err(AdvanceError::Backward { key: advance.key.clone(), from: position, to: advance.to })
                }
                current => advance.apply_to(current),
            }
        }
    }

    ignores_a_move_that_it_should_refuse, rejected by a_checkpoint_never_moves_back {
        fn advance(&self, current: Option<Checkpoint>, advance: &Advance) -> Result<Checkpoint, AdvanceError> {
            advance.apply_to(current).or_else(|error| current.ok_or(error))
        }
    }

    refuses_to_stay_where_it_is, rejected by a_checkpoint_may_stay_where_it_is {
        fn advance(&self, current: Option<Checkpoint>, advance: &Advance) -> Result<Checkpoint, AdvanceError> {
            match current {
                Some(Checkpoint { position, .. }) if advance.to == position => {
                    Err(AdvanceError::Backward { key: advance.key.clone(), from: position, to: advance.to })
                }
                current => advance.apply_to(current),
            }
        }
    }

    acknowledges_a_move_without_making_it, rejected by a_checkpoint_moves_forward {
        fn advance(&self, current: Option<Checkpoint>, advance: &Advance) -> Result<Checkpoint, AdvanceError> {
            advance.apply_to(current)?;
            Ok(current.unwrap_or_default())
        }
    }

    does_not_count_owners, rejected by the_epoch_grows_with_every_claim {
        fn claim(&self, current: Checkpoint) -> Checkpoint {
            Checkpoint::new(current.position, current.epoch.max(Checkpoint::default().epoch.next()))
        }
    }

    goes_back_to_the_start_for_a_new_owner, rejected by a_claim_keeps_the_position {
        fn claim(&self, current: Checkpoint) -> Checkpoint {
            Checkpoint::new(Position::START, current.epoch.next())
        }
    }

    keeps_the_epoch_at_a_reset, rejected by a_reset_deposes_the_owner {
        fn reset(&self, current: Checkpoint) -> Checkpoint {
            Checkpoint::new(Position::START, current.epoch.max(Checkpoint::default().epoch.next()))
        }
    }

    begins_counting_owners_anew_at_a_reset, rejected by a_reset_deposes_the_owner {
        fn reset(&self, _: Checkpoint) -> Checkpoint {
            Checkpoint::new(Position::START, Checkpoint::default().epoch.next())
        }
    }

    keeps_the_position_at_a_reset, rejected by a_reset_goes_back_to_the_start {
        fn reset(&self, current: Checkpoint) -> Checkpoint {
            Checkpoint::new(current.position, current.epoch.next())
        }
    }

    forgets_partitions, rejected by partitions_have_checkpoints_of_their_own {
        fn key(&self, key: &CheckpointKey) -> CheckpointKey {
            key.clone().partition(0)
        }
    }

    keeps_partitions_in_eight_bits, rejected by partitions_have_checkpoints_of_their_own {
        fn key(&self, key: &CheckpointKey) -> CheckpointKey {
            key.clone().partition(u16::from(key.partition as u8))
        }
    }

    forgets_which_log_it_is, rejected by logs_have_checkpoints_of_their_own {
        fn key(&self, key: &CheckpointKey) -> CheckpointKey {
            CheckpointKey::new(key.consumer.clone(), LogId(Default::default())).partition(key.partition)
        }

        fn logs(&self, _: &Checkpoints, _: &ConsumerName) -> Vec<LogId> {
            Vec::new()
        }
    }

    forgets_whose_it_is, rejected by consumers_have_checkpoints_of_their_own {
        fn key(&self, key: &CheckpointKey) -> CheckpointKey {
            CheckpointKey::new("everybody".parse().unwrap(), key.log).partition(key.partition)
        }
    }

    takes_upper_and_lower_case_for_the_same, rejected by consumers_have_checkpoints_of_their_own {
        fn key(&self, key: &CheckpointKey) -> CheckpointKey {
            let consumer = key.consumer.as_str().to_lowercase().parse().unwrap();
            CheckpointKey::new(consumer, key.log).partition(key.partition)
        }
    }

    finds_what_nobody_has_claimed, rejected by what_was_never_claimed_is_not_there {
        fn checkpoint(&self, kept: &Checkpoints, key: &CheckpointKey) -> Option<Checkpoint> {
            Some(kept.get(key).copied().unwrap_or_default())
        }
    }

    lists_no_logs, rejected by the_logs_of_a_consumer_are_listed {
        fn logs(&self, _: &Checkpoints, _: &ConsumerName) -> Vec<LogId> {
            Vec::new()
        }
    }

    lists_a_log_for_each_partition, rejected by the_logs_of_a_consumer_are_listed {
        fn logs(&self, kept: &Checkpoints, consumer: &ConsumerName) -> Vec<LogId> {
            kept.keys().filter(|key| key.consumer == *consumer).map(|key| key.log).collect()
        }
    }

    lists_only_logs_without_partitions, rejected by the_logs_of_a_consumer_are_listed {
        fn logs(&self, kept: &Checkpoints, consumer: &ConsumerName) -> Vec<LogId> {
            let of = kept.keys().filter(|key| key.consumer == *consumer && key.partition == 0);
            of.map(|key| key.log).collect()
        }
    }

    lists_the_logs_of_everybody, rejected by the_logs_of_a_consumer_are_listed {
        fn logs(&self, kept: &Checkpoints, _: &ConsumerName) -> Vec<LogId> {
            kept.keys().map(|key| key.log).collect::<BTreeSet<_>>().into_iter().collect()
        }
    }

    loses_checkpoints_when_it_is_closed, rejected by checkpoints_survive {
        fn open(&self, kept: &mut Checkpoints) {
            kept.clear();
        }
    }

    loses_only_the_epochs_when_it_is_closed, rejected by owners_stay_deposed {
        fn open(&self, kept: &mut Checkpoints) {
            kept.values_mut().for_each(|checkpoint| checkpoint.epoch = Checkpoint::default().epoch);
        }
    }
}
