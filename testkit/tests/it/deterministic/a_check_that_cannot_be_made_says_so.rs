use super::ledger::{Ledger, Numbers, add, deposits, numbers, put, sums};
use crate::{
    failure::complaint,
    given::bank::{self, Balances},
};
use factum::{
    Append, EventAppender as _, Query,
    prelude::*,
    store::{EventReaderExt as _, ReadLog},
};
use factum_testkit::deterministic;
use futures_util::TryStreamExt as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[test]
fn no_event_concerns_the_projection() {
    let said = complaint(|| {
        deterministic(|| Balances).given("loan-eve", bank::Deposited { amount: 1 }).check();
    });
    assert_eq!(said, "none of the given events concerns balances");
}

#[test]
fn a_log_in_which_no_event_concerns_the_projection_may_have_been_generated() {
    deterministic(|| Balances).events(deposits([])).check();
}

#[test]
fn the_projection_fails() {
    let failing = || Ledger::new(|_, _| panic!("as the test wants it"));
    let check = deterministic(failing).events(deposits(["ada"]));
    let said = complaint(|| check.check_in(async |_| MemoryStore::new(), numbers));
    assert_eq!(
        said,
        "ledger cannot be run: projection ledger has failed: applying event 1 to stream account-ada: the projection \
         panicked: as the test wants it"
    );
}

#[test]
fn the_projection_fails_in_one_way_only() {
    let failing = || {
        Ledger::new(|_, events| match events {
            [_] => panic!("as the test wants it"),
            _ => put(Numbers::new()),
        })
    };
    let check = deterministic(failing).events(deposits(["ada", "bob"]));
    let said = complaint(|| check.check_in(async |_| MemoryStore::new(), numbers));
    let begin = "ledger can be run in one go, but not in batches of 1: projection ledger has failed: applying event 1 ";
    assert!(said.starts_with(begin), "{said}");
}

#[test]
fn a_sink_that_is_not_new() {
    let store = MemoryStore::new();
    let ledger = || Ledger::new(|_, events| add(sums(events)));
    let check = deterministic(ledger).events(deposits(["ada"]));
    let said = complaint(|| check.check_in(async |_| store.clone(), numbers));
    assert!(
        said.ends_with("it has a read model of this name already: each run needs a sink of its own"),
        "{said}"
    );
}

#[test]
fn what_the_test_says_about_the_sink_fails() {
    let ledger = || Ledger::new(|_, events| add(sums(events)));
    let check = deterministic(ledger).events(deposits(["ada"]));
    let check = || {
        check.check_in(
            async |_| MemoryStore::new(),
            async |store: &MemoryStore| {
                assert!(numbers(store).await.is_empty(), "there are numbers");
            },
        );
    };
    let panic = catch_unwind(AssertUnwindSafe(check)).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"there are numbers"));
}

#[tokio::test]
async fn a_log_that_is_not_in_order() {
    let store = MemoryStore::new();
    store.append_one(Append::new(deposits(["ada", "bob"]))).await.unwrap();
    let mut log: Vec<_> = store.log_events(ReadLog::new(Query::all())).try_collect().await.unwrap();
    log.reverse();
    let said = complaint(|| deterministic(|| Balances).recorded(log));
    assert_eq!(said, "position 1 comes after 2: the events are not in the order of a log");
}
