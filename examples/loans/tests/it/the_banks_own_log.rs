//! The log itself is not part of this repository. `cargo xtask test` finds it, and says so when it is missing; where it is
//! there, all of it goes through the commands.

use crate::{
    naive,
    replayed::{assert_same, entries, exported, replay_all},
};
use factum::prelude::*;
use flate2::read::MultiGzDecoder;
use loans::{
    log::replay::Replayed,
    report::Report,
    store::{Loans, Place},
};
use std::{fs::File, io::Read as _, path::Path};

/// What the publishers of the log say about it.
fn check_totals(report: &Report) {
    let outcomes = &report.outcomes;
    assert_eq!(outcomes.all.applications, 13_087);
    assert_eq!(report.calendar.events(), 262_200);
    assert_eq!(outcomes.approved.applications, 2_246);
    assert_eq!(outcomes.declined.applications, 7_635);
    assert_eq!(outcomes.cancelled.applications, 2_807);
    assert_eq!(outcomes.undecided.applications, 399);
    assert_eq!(outcomes.contradictory, 0);
    assert_eq!(outcomes.all.amount.0, 177_634_511);

    let times = &report.throughput;
    assert_eq!(times.shortest.num_milliseconds(), 1_855);
    assert_eq!(times.longest.num_milliseconds(), 11_855_936_012);
    assert_eq!(times.total.num_milliseconds(), 9_751_124_955_969);

    let work = report.workload.all;
    assert_eq!((work.completed, work.started, work.scheduled), (164_506, 71_376, 26_318));
    let (busiest, done) = &report.workload.resources[0];
    assert_eq!((busiest.as_str(), done.events()), ("112", 45_687));
    assert_eq!(report.workload.nobody.events(), 18_010);

    assert_eq!(report.open.most, 908);
    let (date, day) = report.calendar.busiest().unwrap();
    assert_eq!((date.to_string().as_str(), day.events), ("2012-02-13", 3_190));
}

#[tokio::test(flavor = "multi_thread")]
async fn obeys_every_rule_and_comes_back_with_its_totals() {
    let Some(file) = std::env::var_os("FACTUM_LOGS").map(|logs| Path::new(&logs).join("bpic2012.ndjson.gz"))
    else {
        return;
    };
    let Ok(file) = File::open(file) else { return };
    let mut log = Vec::new();
    MultiGzDecoder::new(file).read_to_end(&mut log).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let app = Place::Sqlite(folder.path().join("loans.db")).open(Loans).await.unwrap();

    let first = replay_all(&app, entries(&log)).await;
    assert_eq!(first, Replayed { added: 262_200, present: 0 });
    app.caught_up().await.unwrap();
    let report = Report::ask(&app).await.unwrap();
    check_totals(&report);
    assert_eq!(report.json(), naive::numbers(&log));
    assert_same(&log, &exported(&app).await);

    let second = replay_all(&app, entries(&log)).await;
    assert_eq!(second, Replayed { added: 0, present: 262_200 });
    app.caught_up().await.unwrap();
    assert_eq!(Report::ask(&app).await.unwrap(), report);
    app.shutdown().await;
}
