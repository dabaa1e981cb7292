use crate::{
    naive,
    replayed::{app, entries, generated, replay_all},
};
use chrono::DateTime;
use factum::{StreamVersion, prelude::*};
use loans::{
    domain::{
        Amount, LoanApplicationEvent, LoanId, Resource,
        application::{Case, PartlySubmitted, Submitted},
    },
    log::Entry,
    read::GetOpen,
    report::Report,
};

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

#[tokio::test]
async fn one_that_ends_when_another_begins_is_open_beside_it() {
    let entry = |loan: u64, version: u64, second: i64, event: LoanApplicationEvent| Entry {
        loan: LoanId(loan),
        version: StreamVersion::new(version),
        time: DateTime::from_timestamp_secs(second).unwrap(),
        event,
    };
    let by = Resource::system();
    let case = Case { registered: DateTime::UNIX_EPOCH.into(), amount: Amount(1) };
    let app = app().await;
    replay_all(
        &app,
        [
            entry(1, 1, 0, Submitted::new(by.clone(), case).into()),
            entry(1, 2, 60, PartlySubmitted::by(&by).into()),
            entry(2, 1, 60, Submitted::new(by.clone(), case).into()),
            entry(3, 1, 61, Submitted::new(by.clone(), case).into()),
        ],
    )
    .await;
    app.caught_up().await.unwrap();
    let open = app.ask(GetOpen).await.unwrap();
    assert_eq!((open.most, open.most_at.timestamp()), (2, 60));
    app.shutdown().await;
}
