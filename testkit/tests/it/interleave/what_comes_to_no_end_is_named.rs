use crate::{
    failure::complaint,
    given::bank::{deposit, withdraw},
};
use factum::prelude::*;
use factum_testkit::{
    interleave,
    interleave::{Interleaving, Outcome},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::Mutex;

#[test]
fn commands_that_wait_for_each_other() {
    let orders = std::cell::Cell::new(0);
    let said = complaint(|| {
        let locks = std::cell::RefCell::new(locks());
        // The first task of a run makes the locks of the run.
        let ours = |first: bool| {
            if first {
                locks.replace(self::locks());
            }
            locks.borrow().clone()
        };
        Interleaving::new()
            .when_doing("left first", |app| {
                let (left, right) = ours(true);
                async move {
                    let _left = left.lock().await;
                    let sent = app.send(deposit(1)).await;
                    let _right = right.lock().await;
                    Outcome::of(sent)
                }
            })
            .when_doing("right first", |app| {
                let (left, right) = ours(false);
                async move {
                    let _right = right.lock().await;
                    let sent = app.send(deposit(2)).await;
                    let _left = left.lock().await;
                    Outcome::of(sent)
                }
            })
            .then(|_| orders.set(orders.get() + 1))
    });
    assert_eq!(
        said,
        "nothing goes on, and 1 (left first) and 2 (right first) have not ended in this order (the 1st that was \
         tried):\n    1: load, 1: append, 2: load, 2: append"
    );
    assert_eq!(orders.get(), 0);
}

type Locks = (Arc<Mutex<()>>, Arc<Mutex<()>>);

fn locks() -> Locks {
    Locks::default()
}

#[test]
fn a_command_that_waits_for_another_is_passed_by() {
    let lock = Arc::new(Mutex::new(()));
    let locked = |amount| {
        let lock = Arc::clone(&lock);
        move |app: App| {
            let lock = Arc::clone(&lock);
            async move {
                let _lock = lock.lock().await;
                Outcome::of(app.send(deposit(amount)).await)
            }
        }
    };
    // Who begins first in each order has the lock first: who begins is a step in one app.
    let explored = Interleaving::new()
        .when_doing("one", locked(1))
        .when_doing("two", locked(2))
        .in_one_app()
        .then(|end| assert_eq!(end.accepted(), 2));
    // Two ways to begin; whoever begins second does so before, between or after the other's two steps.
    assert_eq!(explored.orders, 6);
}

#[test]
fn a_pause_leaves_no_order_out() {
    let late = async |app: App| {
        tokio::time::sleep(Duration::from_millis(500)).await;
        Outcome::of(app.send(deposit(2)).await)
    };
    let firsts = std::cell::RefCell::new(std::collections::BTreeSet::new());
    let explored = Interleaving::new().when(|| deposit(1)).when_doing("a late deposit", late).then(|end| {
        firsts.borrow_mut().insert(end.events()[0].payload.clone());
    });
    assert_eq!((explored.orders, firsts.borrow().len()), (6, 2));
}

#[test]
fn a_command_that_goes_on_for_ever() {
    let said = complaint(|| {
        Interleaving::new()
            .when_doing("a loop", async |app| {
                loop {
                    if let Err(rejected) = app.send(withdraw(1)).await {
                        drop(rejected);
                    }
                }
            })
            .then(|_| ())
    });
    assert!(said.starts_with(
        "the commands come to no end in this order (the 1st that was tried):\n    1: load, 1: load,"
    ));
}

#[test]
fn a_command_that_panics() {
    let said = complaint(|| {
        Interleaving::new()
            .when(|| deposit(1))
            .when_doing("a panic", async |app| {
                let state = app.load::<crate::given::bank::Account>(&"ada".into()).await.unwrap().state;
                assert!(state.balance == 0, "not empty");
                Outcome::Accepted
            })
            .then(|_| ())
    });
    assert_eq!(
        said,
        "2 (a panic) panicked (not empty) in this order (the 1st that was tried):\n    1: load, 1: append, 2: load"
    );
}

#[test]
fn a_command_that_fails() {
    let odd = || crate::given::bank::Deposit { account: String::new().into(), amount: 1 };
    let said = complaint(|| interleave! { when [deposit(1), odd()], then |_| () });
    assert!(said.starts_with("a command failed in this order (the 1st that was tried):\n"), "{said}");
    assert!(said.contains("\n2 (Deposit) failed: stream key is empty"), "{said}");
}

#[test]
fn a_task_that_the_schedule_does_not_see() {
    let said = complaint(|| {
        Interleaving::new()
            .when_doing("elsewhere", async |app| {
                let sent = tokio::spawn(async move { Outcome::of(app.send(deposit(1)).await) });
                sent.await.unwrap()
            })
            .then(|_| ())
    });
    assert_eq!(
        said,
        "1 (elsewhere) never called the store where it is polled, so it cannot be ordered in this order (the 1st that \
         was tried):\n    (no step was taken)"
    );
}

#[test]
fn more_orders_than_allowed() {
    let said =
        complaint(|| Interleaving::new().when(|| deposit(1)).when(|| deposit(2)).limit(5).then(|_| ()));
    assert_eq!(said, "there are more than 5 orders: send fewer commands, or allow more with `limit`");
}

#[tokio::test]
async fn on_a_runtime_it_says_what_to_do() {
    let said = complaint(|| interleave! { when [deposit(1)], then |_| () });
    assert_eq!(
        said,
        "commands are interleaved on a runtime of their own: make this a plain `#[test]`, without `async`"
    );
}
