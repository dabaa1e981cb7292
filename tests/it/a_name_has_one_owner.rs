use crate::{
    audit::Audit,
    hooked::Hooked,
    names::{NameRefusal, Names, RETENTION, claim, claimed, day, release, released, rename},
    stores::{Store, log, on_every_store},
};
use factum::{App, SendError, chrono::TimeDelta, events};
use factum_testkit::{given, interleave, interleave::Interleaving};

on_every_store! {
    a_name_is_claimed_once_whoever_asks,
    a_name_is_claimed_once_by_apps_that_do_not_queue,
    what_is_renamed_at_once_keeps_one_owner,
}

#[test]
fn a_name_is_claimed_once() {
    given::<Names>(events![])
        .when(claim("ada", "a", day(0)))
        .then(events![claimed("ada", "a", day(0))])
        .then_seen_by_its_own_query()
        .when(claim("ada", "b", day(1)))
        .then_rejected(NameRefusal::Taken)
        .when(claim("bob", "b", day(1)))
        .then(events![claimed("bob", "b", day(1))]);
}

#[test]
fn a_name_is_released_by_its_owner() {
    given::<Names>(events![claimed("ada", "a", day(0))])
        .when(release("ada", "b", day(1)))
        .then_rejected(NameRefusal::NotYours)
        .when(release("ada", "a", day(1)))
        .then(events![released("ada", "a", day(1))])
        .then_seen_by_its_own_query()
        .when(release("ada", "a", day(1)))
        .then_rejected(NameRefusal::NotYours);
}

#[test]
fn a_released_name_stays_locked_for_a_while() {
    let free = day(1) + RETENTION;
    given::<Names>(events![claimed("ada", "a", day(0)), released("ada", "a", day(1))])
        .when(claim("ada", "b", free - TimeDelta::microseconds(1)))
        .then_rejected(NameRefusal::LockedUntil(free))
        .when(claim("ada", "b", free))
        .then(events![claimed("ada", "b", free)])
        .when(claim("ada", "a", free))
        .then_rejected(NameRefusal::Taken);
}

#[test]
fn who_cannot_have_another_name_keeps_the_old_one() {
    given::<Names>(events![claimed("ada", "a", day(0))])
        .in_stream("names-bob", events![claimed("bob", "b", day(0))])
        .when(rename("ada", "bob", "a", day(1)))
        .then_rejected(NameRefusal::Taken)
        .when(rename("ada", "eve", "a", day(1)))
        .then(events![released("ada", "a", day(1)), claimed("eve", "a", day(1))])
        .then_seen_by_its_own_query()
        .when(rename("ada", "mia", "a", day(1)))
        .then_rejected(NameRefusal::NotYours);
}

#[test]
fn two_who_want_one_name() {
    interleave! {
        when [claim("ada", "a", day(0)), claim("ada", "b", day(0))],
        then |end| {
            assert_eq!(Audit::of(end.events()).owners("ada").len(), 1);
            assert_eq!(end.accepted(), 1);
        },
    }
}

/// The two names have streams of their own, and the event of the one is written to the stream of the other.
#[test]
fn one_who_claims_what_another_changes_to() {
    interleave! {
        given ["names-ada" => claimed("ada", "a", day(0))],
        when [rename("ada", "bob", "a", day(1)), claim("bob", "b", day(1))],
        then |end| {
            assert_eq!(Audit::of(end.events()).owners("bob").len(), 1);
            assert_eq!(end.accepted(), 1);
        },
    }
}

/// In one app, commands queue for each of their names. Two that name the same ones in another order, behind a third, do not
/// wait for each other for ever.
#[test]
fn those_who_want_to_swap_names_get_an_answer() {
    Interleaving::new()
        .given("names-ada", claimed("ada", "a", day(0)))
        .when(|| claim("bob", "b", day(1)))
        .when(|| rename("bob", "ada", "b", day(1)))
        .when(|| rename("ada", "bob", "a", day(1)))
        .in_one_app()
        .then(|end| {
            let audit = Audit::of(end.events());
            assert_eq!(audit.owners("bob").len(), 1);
            assert_eq!(end.accepted(), 1);
        });
}

async fn a_name_is_claimed_once_whoever_asks(store: impl Store) {
    let app = App::builder(Hooked::giving_way(store.clone())).build().await.unwrap();
    everybody_claims(&store, &[app]).await;
}

async fn a_name_is_claimed_once_by_apps_that_do_not_queue(store: impl Store) {
    let app = || App::builder(Hooked::giving_way(store.clone())).sequencing(false).build();
    let apps = [app().await.unwrap(), app().await.unwrap()];
    everybody_claims(&store, &apps).await;
    // Which of them was too late, the scheduler says.
    assert!(apps.iter().any(|app| app.commands().conflicts() > 0), "nobody was in anybody's way");
}

async fn everybody_claims(store: &impl Store, apps: &[App]) {
    let tasks: Vec<_> = (0..64)
        .map(|n| {
            let app = apps[n / 8 % apps.len()].clone();
            let command = claim(&format!("name {}", n % 8), &format!("account {n}"), day(0));
            tokio::spawn(async move { app.send(command).await })
        })
        .collect();
    let (mut accepted, mut rejected) = (0, 0);
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => accepted += 1,
            Err(SendError::Rejected(NameRefusal::Taken)) => rejected += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!((accepted, rejected), (8, 56));
    let log = log(store).await;
    Audit::of(&log);
    assert_eq!(log.len(), 8);
}

/// Twelve accounts want three new names, and nine of them keep what they have.
async fn what_is_renamed_at_once_keeps_one_owner(store: impl Store) {
    const ACCOUNTS: usize = 12;
    let app = App::builder(Hooked::giving_way(store.clone())).sequencing(false).build().await.unwrap();
    let name = |n: usize| format!("name {}", n % ACCOUNTS);
    for n in 0..ACCOUNTS {
        app.send(claim(&name(n), &format!("account {n}"), day(0))).await.unwrap();
    }
    let tasks: Vec<_> = (0..ACCOUNTS)
        .map(|n| {
            let command = rename(&name(n), &format!("new {}", n % 3), &format!("account {n}"), day(1));
            let app = app.clone();
            tokio::spawn(async move { app.send(command).await.is_ok() })
        })
        .collect();
    let mut accepted = 0;
    for task in tasks {
        accepted += usize::from(task.await.unwrap());
    }
    assert_eq!(accepted, 3);
    let log = log(&store).await;
    let audit = Audit::of(&log);
    assert_eq!(log.len(), ACCOUNTS + 2 * accepted);
    assert!((0..3).all(|n| audit.owners(&format!("new {n}")).len() == 1));
}
