//! The same shop on a server. `cargo xtask test` leaves this module out, and says so, where there is no PostgreSQL.

use factum::projections::AppExt as _;
use factum_services::postgres::Database;
use indicatif::ProgressBar;
use shop::{
    audit::{Ledger, Report},
    simulate::{Crowd, settle},
    store::{Place, Service},
    terms::Terms,
};

/// Two applications on one database, as in two processes, each of which serves half of the customers.
#[tokio::test(flavor = "multi_thread")]
async fn two_shops_on_one_database_add_up() {
    let database = Database::in_found().await.unwrap();
    let place: Place = database.url().parse().unwrap();
    let (one, other) =
        (place.open(Service::SIMULATED).await.unwrap(), place.open(Service::SIMULATED).await.unwrap());
    let crowd = |here| Crowd { seed: 2, customers: 60, here, terms: Terms::SIMULATED };
    let (bar, half, rest) = (ProgressBar::hidden(), crowd(1..=30), crowd(31..=60));
    tokio::try_join!(half.shop(&one, &bar), rest.shop(&other, &bar)).unwrap();
    let mut ledger = Ledger::default();
    settle(&one, &mut ledger, &bar).await.unwrap();
    other.caught_up().await.unwrap();
    for app in [&one, &other] {
        let report = Report::of(app, &mut ledger).await.unwrap();
        assert!(report.balances(), "{report}");
    }
    one.shutdown().await;
    other.shutdown().await;
}
