use crate::replayed::{app, assert_same, entries, exported, generated, replay_all};
use factum::prelude::*;
use loans::{
    log::replay::Replayed,
    report::Report,
    store::{Loans, Place},
};

#[tokio::test]
async fn what_is_there_is_passed_over() {
    let log = generated(100, 3);
    let lines = entries(&log).count() as u64;
    let half = lines / 2;
    let app = app().await;

    let first = replay_all(&app, entries(&log).take(half as usize)).await;
    assert_eq!(first, Replayed { added: half, present: 0 });
    let rest = replay_all(&app, entries(&log)).await;
    assert_eq!(rest, Replayed { added: lines - half, present: half });
    let again = replay_all(&app, entries(&log)).await;
    assert_eq!(again, Replayed { added: 0, present: lines });
    assert_same(&log, &exported(&app).await);
}

#[tokio::test]
async fn a_file_is_as_it_was_when_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Sqlite(folder.path().join("deeper/loans.db"));
    let log = generated(60, 5);

    let app = place.open(Loans).await.unwrap();
    replay_all(&app, entries(&log)).await;
    app.caught_up().await.unwrap();
    let report = Report::ask(&app).await.unwrap();
    app.shutdown().await;
    drop(app);

    let app = place.open(Loans).await.unwrap();
    assert_eq!(replay_all(&app, entries(&log)).await.added, 0);
    app.caught_up().await.unwrap();
    assert_eq!(Report::ask(&app).await.unwrap(), report);
    assert_same(&log, &exported(&app).await);
    app.shutdown().await;
}
