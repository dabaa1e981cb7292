use crate::{
    audit::Audit,
    hooked::Hooked,
    invoices::{Customer, Series, issue, issued},
    stores::{Store, log, on_every_store},
};
use factum::{App, events};
use factum_testkit::{given, interleave};

on_every_store! {
    many_invoices_at_once_have_no_gap,
    many_invoices_of_apps_that_do_not_queue_have_no_gap,
}

#[test]
fn a_series_begins_at_one_and_goes_on() {
    given::<Series>(events![])
        .when(issue("2026", "ada"))
        .then(events![issued("2026", 1, "ada")])
        .then_seen_by_its_own_query()
        .when(issue("2026", "bob"))
        .then(events![issued("2026", 2, "bob")])
        .when(issue("2027", "ada"))
        .then(events![issued("2027", 1, "ada")]);
}

#[test]
fn two_invoices_for_two_customers() {
    interleave! {
        given ["customer-ada" => issued("2026", 1, "ada")],
        when [issue("2026", "ada"), issue("2026", "bob")],
        then |end| {
            assert_eq!(Audit::of(end.events()).invoices("2026"), 3);
            assert_eq!(end.state::<Customer>(&"bob".into()).invoices, 1);
        },
    }
}

async fn many_invoices_at_once_have_no_gap(store: impl Store) {
    let app = App::builder(Hooked::giving_way(store.clone())).build().await.unwrap();
    everybody_buys(&store, &[app]).await;
}

async fn many_invoices_of_apps_that_do_not_queue_have_no_gap(store: impl Store) {
    let app = || App::builder(Hooked::giving_way(store.clone())).sequencing(false).build();
    let apps = [app().await.unwrap(), app().await.unwrap()];
    everybody_buys(&store, &apps).await;
    assert!(apps.iter().all(|app| app.commands().conflicts() > 0), "nobody was in anybody's way");
}

async fn everybody_buys(store: &impl Store, apps: &[App]) {
    const INVOICES: usize = 24;
    let tasks: Vec<_> = (0..INVOICES)
        .map(|n| {
            let app = apps[n % apps.len()].clone();
            let command = issue(["2026", "2027"][n / 2 % 2], &format!("customer {}", n % 5));
            tokio::spawn(async move { app.send(command).await.map(drop) })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let audit = Audit::of(&log(store).await);
    assert_eq!([audit.invoices("2026"), audit.invoices("2027")], [INVOICES as u64 / 2; 2]);
    let customer = apps[0].load::<Customer>(&"customer 0".into()).await.unwrap();
    assert_eq!(customer.state.invoices, INVOICES.div_ceil(5));
}
