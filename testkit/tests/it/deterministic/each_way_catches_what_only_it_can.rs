use super::ledger::{
    Deposited, Ledger, LedgerEvent, Numbers, add, deposits, number, numbers, positions, put, sums,
};
use crate::failure::complaint;
use async_trait::async_trait;
use factum::{
    Recorded,
    memory::MemoryWork,
    prelude::*,
    projection::{Lanes, Pieces, Project, ProjectionError, Recent},
};
use factum_testkit::deterministic;
use futures_util::FutureExt as _;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

/// What is said of a projection over the events of some accounts.
#[track_caller]
fn said(make: impl Fn() -> Ledger + Send) -> String {
    let accounts = ["1", "2", "3", "1", "2", "3", "4", "5", "6", "4"];
    let check = deterministic(make).events(deposits(accounts));
    complaint(|| check.check_in(async |_| MemoryStore::new(), numbers))
}

#[track_caller]
fn assert_begins(said: &str, begin: &str) {
    assert!(said.starts_with(begin), "{said}");
}

#[test]
fn batches_what_is_made_of_the_last_event_of_a_batch_only() {
    let said = said(|| Ledger::new(|_, events| add(sums(&events[events.len() - 1..]))));
    assert_begins(
        &said,
        "ledger is not the same in batches of 1 as in one go (- in one go, + in batches of 1)\nusual causes: what is made \
         of a batch as a whole, the clock,",
    );
}

/// Keeps the last piece of a batch only.
#[derive(Projection)]
#[projection(name = "ledger", event = LedgerEvent)]
struct LastPiece;

#[async_trait]
impl Project<MemoryStore> for LastPiece {
    async fn project(
        &self,
        _: &MemoryStore,
        events: &[Recorded<LedgerEvent>],
    ) -> Result<MemoryWork, ProjectionError> {
        Ok(add(sums(events)))
    }

    async fn project_next(
        &self,
        sink: &MemoryStore,
        events: &mut dyn Pieces<LedgerEvent>,
        _: &mut Recent,
        _: &Lanes,
    ) -> Result<MemoryWork, ProjectionError> {
        let mut last = Vec::new();
        loop {
            let piece = events.next().await;
            if piece.is_empty() {
                return self.project(sink, &last).await;
            }
            last = std::mem::take(piece);
        }
    }
}

#[test]
fn pages_what_is_made_of_the_last_piece_of_a_batch_only() {
    let check = deterministic(|| LastPiece).events(deposits(["1"; 40]));
    let said = complaint(|| check.check_in(async |_| MemoryStore::new(), numbers));
    assert_begins(&said, "ledger is not the same in pages of 1, several to a batch as in one go");
}

/// Keeps what it has read and written, and reads it when it knows nothing.
#[derive(Default)]
struct Cache {
    known: Option<Numbers>,
    before: Option<Numbers>,
}

impl Cache {
    fn add(&mut self, store: &MemoryStore, new: Numbers) -> Numbers {
        let known = self.known.take();
        let mut all = known.unwrap_or_else(|| numbers(store).now_or_never().unwrap());
        self.before = Some(all.clone());
        new.into_iter().for_each(|(key, number)| *all.entry(key).or_default() += number);
        self.known = Some(all.clone());
        all
    }
}

#[test]
fn batches_delivered_twice_a_cache_that_is_ahead_of_a_commit_that_failed() {
    let said = said(|| {
        let cache = Mutex::new(Cache::default());
        Ledger::new(move |store, events| put(cache.lock().unwrap().add(store, sums(events))))
    });
    assert_begins(
        &said,
        "ledger is not the same with batch 1 (position 1) delivered twice as in one go (- in one go, + with batch 1 \
         (position 1) delivered twice)\nusual causes: effects outside of the sink's transaction,",
    );
}

#[test]
fn lost_answers_a_cache_that_takes_an_error_for_a_rollback() {
    let said = said(|| {
        let cache = Arc::new(Mutex::new(Cache::default()));
        let again = Arc::clone(&cache);
        let ledger = Ledger::new(move |store, events| put(cache.lock().unwrap().add(store, sums(events))));
        ledger.begins(move || {
            let mut cache = again.lock().unwrap();
            cache.known = cache.before.take();
        })
    });
    assert_begins(
        &said,
        "ledger is not the same with the answer to the commit of batch 1 (position 1) lost as in one go",
    );
}

/// Sends a message for each event, which nothing takes back.
fn sending(remembers: bool) -> String {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let make = || {
        let (sent, known) = (Arc::clone(&sent), Mutex::new(BTreeSet::new()));
        Ledger::new(move |_, events| {
            for position in positions(events) {
                if !remembers || known.lock().unwrap().insert(position) {
                    sent.lock().unwrap().push(position);
                }
            }
            put(Numbers::new())
        })
    };
    let sink = async |_| {
        sent.lock().unwrap().clear();
        MemoryStore::new()
    };
    let read = async |_: &MemoryStore| {
        let mut sent = sent.lock().unwrap().clone();
        // Those of several partitions may come in any order.
        sent.sort_unstable();
        sent
    };
    let check = deterministic(make).events(deposits(["1", "2", "1"]));
    complaint(|| check.check_in(sink, read))
}

#[test]
fn batches_delivered_twice_what_is_done_beside_the_transaction() {
    assert_eq!(
        sending(false),
        "ledger is not the same with batch 1 (position 1) delivered twice as in one go (- in one go, + with batch 1 \
         (position 1) delivered twice)\nusual causes: effects outside of the sink's transaction, a field of the \
         projection, the clock, random numbers, the order of a hash map, a static, state outside of the read model
  [
      1,
+     1,
      2,
      3,
  ]
"
    );
}

#[test]
fn crashes_what_is_done_beside_the_transaction_and_remembered_in_a_field() {
    let said = sending(true);
    assert_begins(&said, "ledger is not the same after a crash before the commit of batch 1 (position 1) as");
}

#[test]
fn partitions_what_depends_on_the_order_of_streams() {
    let streams = |events: &[Recorded<LedgerEvent>]| {
        events.iter().map(|event| event.stream().key().to_owned()).collect()
    };
    let said = said(move || Ledger::new(move |_, events| number(streams(events))));
    assert_begins(
        &said,
        "ledger is not the same in 2 partitions as in one go (- in one go, + in 2 partitions)\nusual causes: the order \
         of events that are in different partitions,",
    );
}

/// Says of its keys what is not true.
#[derive(Projection)]
#[projection(name = "by_amount", events(Deposited))]
struct ByAmount;

impl View for ByAmount {
    type Key = u64;
    type Document = u64;

    const KEYS_OF_STREAM: bool = true;

    fn keys(&self, event: &Recorded<ByAmountEvent>) -> Keys<u64> {
        let ByAmountEvent::Deposited(deposited) = &event.event;
        Keys::one(deposited.amount)
    }

    fn fold(&self, _: &u64, count: &mut u64, _: &Recorded<ByAmountEvent>) {
        *count += 1;
    }
}

#[test]
fn partitions_a_view_whose_documents_are_not_those_of_its_streams() {
    let check = deterministic(|| ByAmount).events(deposits(["a", "b", "c", "d", "e"]));
    let said = complaint(|| check.check());
    assert_begins(&said, "by_amount can be run in one go, but not in 2 partitions: ");
    assert!(said.contains("which its events change, are in different partitions"), "{said}");
}
