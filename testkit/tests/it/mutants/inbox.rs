//! Stores of inboxes, with a defect.

use super::{mutants, others_go_first};
use async_trait::async_trait;
use factum_core::{ConsumerName, InboxStore, MessageKey, StoreError, Timestamp, store};
use factum_testkit::conformance::{Fixture, inbox::cases};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

type Key = (String, String);

#[derive(Default)]
struct Kept {
    received: BTreeMap<Key, Timestamp>,
    /// What somebody is receiving now.
    busy: BTreeSet<Key>,
}

/// What is done otherwise than it should be. Everything that is not overridden is done right.
trait Defect: Default + Send + Sync + 'static {
    /// What a message is kept under.
    fn key(&self, consumer: &ConsumerName, message: &MessageKey) -> Key {
        (consumer.to_string(), message.to_string())
    }

    /// Records what is new among `keys`, which it gives.
    fn record(&self, received: &mut BTreeMap<Key, Timestamp>, keys: &[Key], now: Timestamp) -> Vec<bool> {
        keys.iter().map(|key| self.record_one(received, key, now)).collect()
    }

    fn record_one(&self, received: &mut BTreeMap<Key, Timestamp>, key: &Key, now: Timestamp) -> bool {
        let is_new = !received.contains_key(key);
        received.entry(key.clone()).or_insert(now);
        is_new
    }

    /// Done to what a call is told.
    fn answer(&self, _keys: &[Key], _is_new: &mut Vec<bool>) {}

    /// Whether others can come between looking at what is known and recording it.
    fn lets_others_between(&self) -> bool {
        false
    }

    /// Whether it fails where somebody else is receiving one of the messages.
    fn gives_up(&self) -> bool {
        false
    }

    /// Done to what is asked for, and to what was found.
    fn ask(
        &self,
        _received: &mut BTreeMap<Key, Timestamp>,
        _keys: &[Key],
        _found: &mut Vec<Option<Timestamp>>,
    ) {
    }

    /// Whether a message of `owner` is forgotten by `consumer`.
    fn is_forgotten(&self, owner: &str, at: Timestamp, consumer: &str, time: Timestamp) -> bool {
        owner == consumer && at < time
    }

    /// How many are forgotten by one call.
    fn most(&self) -> usize {
        usize::MAX
    }

    /// How many it says that it has forgotten, of those that it has and of those that there were.
    fn count(&self, forgotten: usize, _all: usize) -> usize {
        forgotten
    }

    /// What is left when it is opened again.
    fn open(&self, _received: &mut BTreeMap<Key, Timestamp>) {}
}

struct Place<D> {
    kept: Arc<Mutex<Kept>>,
    defect: Arc<D>,
}

impl<D: Defect> Fixture for Place<D> {
    type Store = Broken<D>;

    async fn make() -> Self {
        Self { kept: Arc::default(), defect: Arc::default() }
    }

    async fn open(&self) -> Broken<D> {
        let store = Broken { kept: Arc::clone(&self.kept), defect: Arc::clone(&self.defect) };
        self.defect.open(&mut store.kept().received);
        store
    }
}

struct Broken<D> {
    kept: Arc<Mutex<Kept>>,
    defect: Arc<D>,
}

impl<D: Defect> Broken<D> {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keys(&self, consumer: &ConsumerName, messages: &[MessageKey]) -> Vec<Key> {
        messages.iter().map(|message| self.defect.key(consumer, message)).collect()
    }

    /// Takes the keys for as long as it takes others to try the same.
    async fn take(&self, keys: &[Key]) -> Result<(), StoreError> {
        {
            let mut kept = self.kept();
            if keys.iter().any(|key| kept.busy.contains(key)) {
                return Err(StoreError::unavailable("receiving messages", "somebody else is"));
            }
            kept.busy.extend(keys.iter().cloned());
        }
        others_go_first().await;
        self.kept().busy.retain(|key| !keys.contains(key));
        Ok(())
    }
}

#[async_trait]
impl<D: Defect> InboxStore for Broken<D> {
    async fn receive(
        &self,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<Vec<bool>, StoreError> {
        let keys = self.keys(consumer, messages);
        if self.defect.gives_up() {
            self.take(&keys).await?;
        }
        let before = self.defect.lets_others_between().then(|| self.kept().received.clone());
        if before.is_some() {
            others_go_first().await;
        }
        let mut kept = self.kept();
        let mut is_new = self.defect.record(&mut kept.received, &keys, store::now());
        if let Some(before) = before {
            is_new = keys.iter().map(|key| !before.contains_key(key)).collect();
        }
        self.defect.answer(&keys, &mut is_new);
        Ok(is_new)
    }

    async fn received(
        &self,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<Vec<Option<Timestamp>>, StoreError> {
        let keys = self.keys(consumer, messages);
        let mut kept = self.kept();
        let mut found = keys.iter().map(|key| kept.received.get(key).copied()).collect();
        self.defect.ask(&mut kept.received, &keys, &mut found);
        Ok(found)
    }

    async fn forget(&self, consumer: &ConsumerName, time: Timestamp) -> Result<u64, StoreError> {
        let mut kept = self.kept();
        let all = kept.received.len();
        let mut left = self.defect.most();
        kept.received.retain(|(owner, _), at| {
            let is_kept = left == 0 || !self.defect.is_forgotten(owner, *at, consumer.as_str(), time);
            left -= usize::from(!is_kept);
            is_kept
        });
        Ok(self.defect.count(all - kept.received.len(), all) as u64)
    }
}

pub(crate) fn nothing_is_accepted() {
    #[derive(Default)]
    struct Nothing;
    impl Defect for Nothing {}
    super::accepts(&cases::<Place<Nothing>>());
}

mutants! {
    says_of_every_message_that_it_is_new, rejected by a_message_is_new_once {
        fn answer(&self, _: &[Key], is_new: &mut Vec<bool>) {
            is_new.fill(true);
        }
    }

    says_of_no_message_that_it_is_new, rejected by a_message_is_new_once {
        fn answer(&self, _: &[Key], is_new: &mut Vec<bool>) {
            is_new.fill(false);
        }
    }

    answers_in_the_order_of_the_keys, rejected by each_message_has_its_answer {
        fn answer(&self, keys: &[Key], is_new: &mut Vec<bool>) {
            let sorted: BTreeMap<_, _> = keys.iter().zip(is_new.iter().copied()).collect();
            *is_new = sorted.into_values().collect();
        }
    }

    leaves_out_what_it_knows, rejected by each_message_has_its_answer {
        fn answer(&self, _: &[Key], is_new: &mut Vec<bool>) {
            is_new.retain(|is_new| *is_new);
        }
    }

    /// Looks at all of them, and then records them.
    takes_a_message_that_is_named_twice_as_two, rejected by a_message_that_is_named_twice_is_new_the_first_time {
        fn record(&self, received: &mut BTreeMap<Key, Timestamp>, keys: &[Key], now: Timestamp) -> Vec<bool> {
            let is_new = keys.iter().map(|key| !received.contains_key(key)).collect();
            received.extend(keys.iter().map(|key| (key.clone(), now)));
            is_new
        }
    }

    /// Compares a key with the one before it only.
    takes_a_message_that_is_named_later_again_as_two, rejected by a_message_that_is_named_twice_is_new_the_first_time {
        fn record(&self, received: &mut BTreeMap<Key, Timestamp>, keys: &[Key], now: Timestamp) -> Vec<bool> {
            let known = received.clone();
            received.extend(keys.iter().map(|key| (key.clone(), now)));
            let before = std::iter::once(None).chain(keys.iter().map(Some));
            keys.iter().zip(before).map(|(key, before)| before != Some(key) && !known.contains_key(key)).collect()
        }
    }

    answers_where_nothing_was_received, rejected by nothing_can_be_received {
        fn answer(&self, _: &[Key], is_new: &mut Vec<bool>) {
            if is_new.is_empty() {
                is_new.push(true);
            }
        }
    }

    has_one_inbox_for_all, rejected by consumers_have_inboxes_of_their_own {
        fn key(&self, _: &ConsumerName, message: &MessageKey) -> Key {
            (String::new(), message.to_string())
        }
    }

    ignores_the_case_of_consumers, rejected by consumers_have_inboxes_of_their_own {
        fn key(&self, consumer: &ConsumerName, message: &MessageKey) -> Key {
            (consumer.as_str().to_lowercase(), message.to_string())
        }
    }

    ignores_the_case_of_keys, rejected by messages_with_similar_keys_are_told_apart {
        fn key(&self, consumer: &ConsumerName, message: &MessageKey) -> Key {
            (consumer.to_string(), message.as_str().to_lowercase())
        }
    }

    ignores_spaces_around_keys, rejected by messages_with_similar_keys_are_told_apart {
        fn key(&self, consumer: &ConsumerName, message: &MessageKey) -> Key {
            (consumer.to_string(), message.as_str().trim().to_owned())
        }
    }

    keeps_numbers_as_numbers, rejected by messages_with_similar_keys_are_told_apart {
        fn key(&self, consumer: &ConsumerName, message: &MessageKey) -> Key {
            let number = message.as_str().parse::<u64>().map(|number| number.to_string());
            (consumer.to_string(), number.unwrap_or_else(|_| message.to_string()))
        }
    }

    keeps_the_start_of_a_key, rejected by a_message_may_have_any_key {
        fn key(&self, consumer: &ConsumerName, message: &MessageKey) -> Key {
            (consumer.to_string(), message.as_str().chars().take(255).collect())
        }
    }

    takes_a_word_for_nothing, rejected by a_message_may_have_any_key {
        fn record_one(&self, received: &mut BTreeMap<Key, Timestamp>, key: &Key, now: Timestamp) -> bool {
            key.1 == "NULL" || received.insert(key.clone(), now).is_none()
        }
    }

    records_the_first_thousand_of_a_call, rejected by many_messages_are_received_in_one_call {
        fn record(&self, received: &mut BTreeMap<Key, Timestamp>, keys: &[Key], now: Timestamp) -> Vec<bool> {
            let is_new = keys.iter().map(|key| !received.contains_key(key)).collect();
            received.extend(keys.iter().take(1_000).map(|key| (key.clone(), now)));
            is_new
        }
    }

    looks_and_records_in_two_steps, rejected by to_one_of_many_at_once_a_message_is_new {
        fn lets_others_between(&self) -> bool {
            true
        }
    }

    /// As by a database that finds a circle of those who wait for each other.
    fails_where_others_receive_the_same, rejected by who_receives_in_another_order_comes_to_an_end {
        fn gives_up(&self) -> bool {
            true
        }
    }

    knows_every_message, rejected by what_was_never_received_is_not_known {
        fn ask(&self, _: &mut BTreeMap<Key, Timestamp>, _: &[Key], found: &mut Vec<Option<Timestamp>>) {
            found.iter_mut().for_each(|found| *found = found.or(Some(store::now())));
        }
    }

    records_what_it_is_asked_for, rejected by to_ask_records_nothing {
        fn ask(&self, received: &mut BTreeMap<Key, Timestamp>, keys: &[Key], _: &mut Vec<Option<Timestamp>>) {
            self.record(received, keys, store::now());
        }
    }

    gives_what_it_knows_first, rejected by each_message_is_known_at_its_index {
        fn ask(&self, _: &mut BTreeMap<Key, Timestamp>, _: &[Key], found: &mut Vec<Option<Timestamp>>) {
            found.sort_by_key(Option::is_none);
        }
    }

    leaves_out_what_is_asked_for_twice, rejected by each_message_is_known_at_its_index {
        fn ask(&self, _: &mut BTreeMap<Key, Timestamp>, keys: &[Key], found: &mut Vec<Option<Timestamp>>) {
            let once: BTreeMap<_, _> = keys.iter().zip(found.iter().copied()).collect();
            found.truncate(once.len());
        }
    }

    takes_the_time_of_the_last_receipt, rejected by a_message_is_known_with_the_time_of_its_first_receipt {
        fn record_one(&self, received: &mut BTreeMap<Key, Timestamp>, key: &Key, now: Timestamp) -> bool {
            received.insert(key.clone(), now).is_none()
        }
    }

    tells_when_it_was_asked, rejected by a_message_is_known_with_the_time_of_its_first_receipt {
        fn ask(&self, _: &mut BTreeMap<Key, Timestamp>, _: &[Key], found: &mut Vec<Option<Timestamp>>) {
            found.iter_mut().flatten().for_each(|found| *found = store::now());
        }
    }

    forgets_nothing, rejected by what_was_received_before_a_time_is_forgotten {
        fn is_forgotten(&self, _: &str, _: Timestamp, _: &str, _: Timestamp) -> bool {
            false
        }
    }

    forgets_whatever_the_time, rejected by what_was_received_before_a_time_is_forgotten {
        fn is_forgotten(&self, owner: &str, _: Timestamp, consumer: &str, _: Timestamp) -> bool {
            owner == consumer
        }
    }

    forgets_what_was_received_at_the_time, rejected by what_was_received_at_that_time_is_kept {
        fn is_forgotten(&self, owner: &str, at: Timestamp, consumer: &str, time: Timestamp) -> bool {
            owner == consumer && at <= time
        }
    }

    keeps_what_was_received_just_before, rejected by what_was_received_at_that_time_is_kept {
        fn is_forgotten(&self, owner: &str, at: Timestamp, consumer: &str, time: Timestamp) -> bool {
            owner == consumer && time.signed_duration_since(at).num_microseconds().is_none_or(|micros| micros > 1)
        }
    }

    /// What it answers from beside what it keeps is not emptied.
    remembers_what_it_has_forgotten, keeping Mutex<BTreeSet<Key>>, rejected by a_forgotten_message_is_new_again {
        fn answer(&self, keys: &[Key], is_new: &mut Vec<bool>) {
            let mut seen = self.0.lock().unwrap();
            *is_new = keys.iter().map(|key| seen.insert(key.clone())).collect();
        }
    }

    forgets_for_everybody, rejected by each_consumer_forgets_its_own {
        fn is_forgotten(&self, _: &str, at: Timestamp, _: &str, time: Timestamp) -> bool {
            at < time
        }
    }

    counts_what_others_have_too, rejected by nothing_can_be_forgotten {
        fn count(&self, _: usize, all: usize) -> usize {
            all
        }
    }

    forgets_a_thousand_and_no_more, rejected by many_messages_are_forgotten {
        fn most(&self) -> usize {
            1_000
        }
    }

    /// As a database whose times begin later does that takes one before them for none.
    takes_a_time_long_ago_for_none, rejected by any_time_will_do {
        fn is_forgotten(&self, owner: &str, at: Timestamp, consumer: &str, time: Timestamp) -> bool {
            owner == consumer && (at < time || time == Timestamp::MIN_UTC)
        }
    }

    loses_messages_when_it_is_closed, rejected by messages_survive {
        fn open(&self, received: &mut BTreeMap<Key, Timestamp>) {
            received.clear();
        }
    }

    loses_only_the_times_when_it_is_closed, rejected by messages_survive {
        fn open(&self, received: &mut BTreeMap<Key, Timestamp>) {
            received.values_mut().for_each(|at| *at = store::now());
        }
    }
}
