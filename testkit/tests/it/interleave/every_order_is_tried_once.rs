use crate::given::bank::{Account, Deposit, Deposited, NotEnough, ada, deposit, withdraw};
use factum::{App, ExpectedVersion, StreamVersion};
use factum_testkit::{
    interleave,
    interleave::{GatedStore, Interleaving, Outcome},
};
use futures_util::{FutureExt as _, future::join};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
};

#[test]
fn two_commands_have_six() {
    let tried = Cell::new(0);
    interleave! {
        given ["account-ada" => Deposited { amount: 100 }],
        when [withdraw(60), withdraw(60)],
        then |end| {
            tried.set(tried.get() + 1);
            assert_eq!(end.accepted(), 1);
            assert_eq!(end.state::<Account>(&ada()), Account { balance: 40 });
            let refused = Outcome::Rejected(format!("{:?}", NotEnough { available: 40 }));
            assert!(end.outcomes().contains(&refused), "{:?}", end.outcomes());
        },
    }
    // Of load, load, append, append, each command's own in this order; who conflicts has no choice left.
    assert_eq!(tried.get(), 6);
}

#[test]
fn commands_on_streams_of_their_own_have_as_many() {
    let to = |name: &'static str| move || Deposit { account: name.into(), amount: 1 };
    let two = || Interleaving::new().when(to("a")).when(to("b"));
    assert_eq!(two().then(|end| assert_eq!(end.accepted(), 2)).orders, 6);
    assert_eq!(two().when(to("c")).then(|end| assert_eq!(end.accepted(), 3)).orders, 90);
}

#[test]
fn one_command_has_one_and_who_has_nothing_to_do_appends_nothing() {
    let one = || Interleaving::new().when(|| deposit(1));
    assert_eq!(one().then(|end| assert_eq!(end.events().len(), 1)).orders, 1);
    // Of load and append with load: the other's load can come at three places.
    assert_eq!(one().when(|| deposit(0)).then(|end| assert_eq!(end.events().len(), 1)).orders, 3);
}

/// Where a command on one aggregate stands, in a model of what an app does.
#[derive(Clone, Copy, PartialEq)]
enum At {
    Start,
    Loaded { version: u32 },
    End,
}

/// How many orders there are from here on, counted without polling anything.
fn counted(version: u32, commands: &[At]) -> usize {
    let open = commands.iter().enumerate().filter(|(_, at)| **at != At::End);
    let orders = open.map(|(index, at)| {
        let (version, next) = match at {
            At::Loaded { version: seen } if *seen == version => (version + 1, At::End),
            At::Loaded { .. } => (version, At::Start),
            At::Start | At::End => (version, At::Loaded { version }),
        };
        let mut commands = commands.to_vec();
        commands[index] = next;
        counted(version, &commands)
    });
    orders.sum::<usize>().max(1)
}

#[test]
fn as_many_as_a_model_counts() {
    let two = || Interleaving::new().when(|| deposit(1)).when(|| deposit(2));
    let two_orders = two().then(|end| assert_eq!(end.accepted(), 2)).orders;
    let three_orders = two().when(|| deposit(3)).then(|end| assert_eq!(end.accepted(), 3)).orders;
    assert_eq!(two_orders, counted(0, &[At::Start; 2]));
    assert_eq!(three_orders, counted(0, &[At::Start; 3]));
    assert_eq!((two_orders, three_orders), (6, 498));
}

#[test]
fn every_sequence_of_accepted_commands_comes_up() {
    let seen = RefCell::new(BTreeSet::new());
    interleave! {
        when [deposit(1), deposit(2), deposit(3)],
        then |end| {
            let amount = |e: &factum::RecordedEvent| String::from_utf8(e.payload.to_vec()).unwrap();
            seen.borrow_mut().insert(end.events().iter().map(amount).collect::<Vec<_>>());
        },
    };
    assert_eq!(seen.borrow().len(), 6, "{seen:?}");
}

#[test]
fn one_app_gives_the_same_outcomes() {
    let explored = Interleaving::new()
        .given("account-ada", Deposited { amount: 100 })
        .when(|| withdraw(60))
        .when(|| withdraw(60))
        .in_one_app()
        .then(|end| assert_eq!(end.accepted(), 1));
    // Without conflicts and waiting it would be 6! / (3! 3!).
    assert!(explored.orders > 1, "{explored:?}");
}

#[test]
fn an_expected_version_that_is_not_met_is_a_conflict() {
    let versions = RefCell::new(BTreeSet::new());
    Interleaving::new()
        .when(|| deposit(1))
        .when_doing("a deposit to an account that nobody else has touched", async |app| {
            let first = ExpectedVersion::Exact(StreamVersion::EMPTY);
            Outcome::of(app.send(deposit(2)).expect(first).await)
        })
        .then(|end| {
            versions.borrow_mut().insert((end.events().len(), end.outcomes()[1] == Outcome::Conflict));
        });
    assert_eq!(versions.into_inner(), BTreeSet::from([(1, true), (2, false)]));
}

#[test]
fn calls_at_once_within_a_command_are_steps_of_their_own() {
    let explored = Interleaving::new()
        .when(|| deposit(1))
        .when_doing("two looks at once", async |app| {
            let (one, other) = (ada(), ada());
            let (one, other) = join(app.load::<Account>(&one), app.load::<Account>(&other)).await;
            assert!(one.is_ok() && other.is_ok());
            Outcome::Accepted
        })
        .then(|end| assert_eq!(end.accepted(), 2));
    // Of load and append with two loads, which have no order: 4! / 2!.
    assert_eq!(explored.orders, 12);
}

#[test]
fn a_call_that_is_begun_and_waited_for_later_stops_nobody() {
    let explored = Interleaving::new()
        .when_doing("a look that is left for later", async |app| {
            let account = ada();
            let mut look = Box::pin(app.load::<Account>(&account));
            assert!((&mut look).now_or_never().is_none());
            let sent = app.send(deposit(1)).await;
            look.await.unwrap();
            Outcome::of(sent)
        })
        .then(|end| assert_eq!(end.accepted(), 1));
    // The look has its turn before, between or after the load and the append.
    assert_eq!(explored.orders, 3);
}

#[test]
fn apps_are_made_as_one_likes() {
    let made = Cell::new(0);
    let make = |store: GatedStore| {
        made.set(made.get() + 1);
        async { App::builder(store).build().await.unwrap() }
    };
    let explored = Interleaving::new().when(|| deposit(1)).when(|| deposit(2)).app(make).then(|_| ());
    assert_eq!(made.get(), 2 * explored.orders);
}
