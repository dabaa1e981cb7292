//! The same application on a server. `cargo xtask test` leaves this module out, and says so, where there is no
//! PostgreSQL.

use crate::{
    naive,
    replayed::{assert_same, entries, exported, generated, replay_all},
};
use factum::prelude::*;
use factum_services::postgres::Database;
use loans::{
    log::replay::Replayed,
    read::{Days, GetDays, GetOutcomes, GetWorkload, Lifetimes, Outcomes, Workload},
    report::Report,
    store::{Loans, Place},
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_report_is_that_of_any_store_and_a_second_run_adds_nothing() {
    let database = Database::in_found().await.unwrap();
    let place: Place = database.url().parse().unwrap();
    let log = generated(60, 5);
    let events = entries(&log).count() as u64;
    for expected in [Replayed { added: events, present: 0 }, Replayed { added: 0, present: events }] {
        let app = place.open(Loans).await.unwrap();
        assert_eq!(replay_all(&app, entries(&log)).await, expected);
        app.caught_up().await.unwrap();
        assert_eq!(Report::ask(&app).await.unwrap().json(), naive::numbers(&log));
        assert_same(&log, &exported(&app).await);
        app.shutdown().await;
    }
}

/// While applications come in, all four read models are made anew, twice, and somebody looks at them all the time.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_an_empty_or_partial_read_model_while_it_is_made_anew() {
    let database = Database::in_found().await.unwrap();
    let place: Place = database.url().parse().unwrap();
    let (log, app) = (generated(600, 6), place.open(Loans).await.unwrap());
    let (before, after) = entries(&log).partition::<Vec<_>, _>(|entry| entry.loan.0 / 3 % 3 > 0);
    replay_all(&app, before).await;
    app.caught_up().await.unwrap();

    let looking = Arc::new(AtomicBool::new(true));
    let looks = tokio::spawn(look(app.clone(), Arc::clone(&looking)));
    let replaying = tokio::spawn({
        let app = app.clone();
        async move { replay_all(&app, after).await }
    });
    for _ in 0..2 {
        let generations = (
            app.rebuild::<Outcomes>().await.unwrap(),
            app.rebuild::<Lifetimes>().await.unwrap(),
            app.rebuild::<Workload>().await.unwrap(),
            app.rebuild::<Days>().await.unwrap(),
        );
        app.rebuilt::<Outcomes>(generations.0).await.unwrap();
        app.rebuilt::<Lifetimes>(generations.1).await.unwrap();
        app.rebuilt::<Workload>(generations.2).await.unwrap();
        app.rebuilt::<Days>(generations.3).await.unwrap();
    }
    replaying.await.unwrap();
    app.caught_up().await.unwrap();
    looking.store(false, Relaxed);
    assert!(looks.await.unwrap() > 0);
    assert!(app.progress().iter().all(|(_, progress)| progress.generation == 2));
    assert_eq!(Report::ask(&app).await.unwrap().json(), naive::numbers(&log));
    app.shutdown().await;
}

/// Counts only grow, also at the moment when another generation is read; how often it has looked.
async fn look(app: App, looking: Arc<AtomicBool>) -> u64 {
    let (mut last, mut looks) = ([0; 3], 0);
    while looking.load(Relaxed) {
        let outcomes = app.ask(GetOutcomes).await.unwrap().all.applications;
        let events = app.ask(GetDays).await.unwrap().events();
        let work = app.ask(GetWorkload).await.unwrap();
        let now = [outcomes, events, work.all.events()];
        assert!(now[0] > 0 && now.iter().zip(last).all(|(now, last)| *now >= last), "{now:?} after {last:?}");
        (last, looks) = (now, looks + 1);
    }
    looks
}
