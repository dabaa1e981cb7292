use super::ledger::{Deposited, Ledger, add, deposits, number, numbers, sums};
use crate::given::bank::{self, Balances, withdrawn};
use factum::{
    Append, EventAppender as _, EventId, EventType, Metadata, NewEvent, Position, Query, Recorded,
    RecordedEvent,
    chrono::DateTime,
    prelude::*,
    store::{EventReaderExt as _, ReadLog},
};
use factum_testkit::deterministic;
use futures_util::TryStreamExt as _;
use proptest::prelude::*;

#[test]
fn a_view() {
    deterministic(|| Balances)
        .given("account-ada", bank::Deposited { amount: 100 })
        .given("account-bob", bank::Deposited { amount: 7 })
        .at(DateTime::UNIX_EPOCH)
        .metadata(Metadata::default())
        .given("account-ada", withdrawn(30))
        // Of another category, so none of the view's.
        .given("loan-eve", bank::Deposited { amount: 1 })
        .check();
}

#[test]
fn a_projection_with_a_read_model_of_its_own() {
    let ledger = || Ledger::new(|_, events| add(sums(events)));
    let check = deterministic(ledger).events(deposits(["ada", "bob", "ada", "eve"]));
    check.check_in(async |_| MemoryStore::new(), numbers);
}

#[test]
fn one_that_needs_all_events_in_order_and_is_never_run_in_several_partitions() {
    let streams = |event: &Recorded<_>| event.stream().key().to_owned();
    let ledger = || Ledger::new(move |_, events| number(events.iter().map(streams).collect()));
    let check = deterministic(ledger).events(deposits(["1", "2", "3", "1", "4", "5", "6"]));
    check.partitions([]).check_in(async |_| MemoryStore::new(), numbers);
}

/// How many deposits there were of each amount, whoever made them.
#[derive(Projection)]
#[projection(name = "by_amount", events(Deposited))]
struct ByAmount;

impl View for ByAmount {
    type Key = u64;
    type Document = u64;

    fn keys(&self, event: &Recorded<ByAmountEvent>) -> Keys<u64> {
        let ByAmountEvent::Deposited(deposited) = &event.event;
        Keys::many([deposited.amount, deposited.amount / 2])
    }

    fn fold(&self, _: &u64, count: &mut u64, _: &Recorded<ByAmountEvent>) {
        *count += 1;
    }
}

#[test]
fn a_view_of_documents_that_many_streams_change() {
    deterministic(|| ByAmount).events(deposits(["a", "b", "c", "d", "e", "f", "g", "h"])).check();
}

/// A log as it is read from a store, in which positions are left out.
async fn recorded() -> Vec<RecordedEvent> {
    let store = MemoryStore::new();
    let other = NewEvent::new("other-1".parse().unwrap(), EventType::from_static("Other"), "{}");
    for event in deposits(["ada", "bob", "ada", "bob"]) {
        store.append_one(Append::new([event, other.clone().with_id(EventId::random())])).await.unwrap();
    }
    let events: Vec<_> = store.log_events(ReadLog::new(Query::all())).try_collect().await.unwrap();
    events.into_iter().filter(|event| event.position != Position::new(4)).collect()
}

/// What was deposited to an account, in this order.
#[derive(Default, Projection, Serialize, Deserialize)]
#[projection(key = String, events(Deposited))]
struct Amounts {
    amounts: Vec<u64>,
}

impl Apply<Deposited> for Amounts {
    fn apply(&mut self, event: &Deposited) {
        self.amounts.push(event.amount);
    }
}

#[tokio::test]
async fn a_log_that_was_read_from_a_store_in_a_test_that_has_a_runtime() {
    deterministic(Amounts::default).recorded(recorded().await).events(deposits(["eve"])).check();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn logs_that_are_generated(accounts in proptest::collection::vec("[a-e]", 0..60)) {
        let log = deposits(accounts.iter().map(String::as_str));
        deterministic(Amounts::default).events(log.clone()).check();
        let ledger = || Ledger::new(|_, events| add(sums(events)));
        deterministic(ledger).events(log).check_in(async |_| MemoryStore::new(), numbers);
    }
}

#[test]
fn a_log_that_is_long_is_run_in_fewer_pieces() {
    let accounts: Vec<_> = (0..5_000).map(|number| (number % 97).to_string()).collect();
    deterministic(Amounts::default).events(deposits(accounts.iter().map(String::as_str))).check();
}
