use crate::{
    naive,
    replayed::{app, entries, generated, replay_all},
};
use factum::prelude::*;
use loans::report::Report;

#[tokio::test]
async fn on_generated_logs() {
    for (applications, seed) in [(1, 9), (30, 1), (700, 2)] {
        let log = generated(applications, seed);
        let app = app().await;
        replay_all(&app, entries(&log)).await;
        app.caught_up().await.unwrap();
        let report = Report::ask(&app).await.unwrap();
        assert_eq!(report.json(), naive::numbers(&log), "{applications} applications of seed {seed}");
        app.shutdown().await;
    }
}

#[tokio::test]
async fn nothing_is_reported_of_nothing() {
    let app = app().await;
    app.caught_up().await.unwrap();
    let report = Report::ask(&app).await.unwrap();
    assert_eq!((report.outcomes.all.applications, report.calendar.events(), report.open.most), (0, 0, 0));
    assert!(report.to_string().starts_with("0 applications, 0 events\n"));
    app.shutdown().await;
}
