//! The same application on a server. `cargo xtask test` leaves this module out, and says so, where there is no
//! PostgreSQL.

use crate::{
    naive,
    replayed::{assert_same, entries, exported, generated, replay_all},
};
use factum::prelude::*;
use factum_services::postgres::Database;
use loans::{log::replay::Replayed, report::Report, store::Place};

#[tokio::test(flavor = "multi_thread")]
async fn the_report_is_that_of_any_store_and_a_second_run_adds_nothing() {
    let database = Database::in_found().await.unwrap();
    let place: Place = database.url().parse().unwrap();
    let log = generated(60, 5);
    let events = entries(&log).count() as u64;
    for expected in [Replayed { added: events, present: 0 }, Replayed { added: 0, present: events }] {
        let app = place.open().await.unwrap();
        assert_eq!(replay_all(&app, entries(&log)).await, expected);
        app.caught_up().await.unwrap();
        assert_eq!(Report::ask(&app).await.unwrap().json(), naive::numbers(&log));
        assert_same(&log, &exported(&app).await);
        app.shutdown().await;
    }
}
