use crate::given::{
    Both, OrderId, Shipping, TO_PAY, append, happened, on_both_stores_with_a_clock, paid, placed, settle,
    soon, stock,
};
use factum::{
    App,
    process::{Stuck, What},
};
use factum_projections::{AppBuilderExt as _, AppExt as _};
use factum_testkit::VirtualClock;
use std::time::Duration;

on_both_stores_with_a_clock!(
    a_rejection_that_was_asked_for_is_an_event,
    one_that_was_not_holds_up_its_instance_only,
    it_is_sent_again_when_somebody_asks,
    it_stays_if_it_is_rejected_again,
    it_is_left_out_when_somebody_asks,
    a_command_that_panics_waits_too,
    an_event_that_it_cannot_take_waits_too,
    what_waits_is_known_after_a_restart,
);

async fn app<S: Both>(store: &S) -> App {
    App::builder(store.clone()).process::<Shipping>().build().await.unwrap()
}

fn order(order: &str) -> OrderId {
    OrderId(order.to_owned())
}

async fn stuck(app: &App) -> Vec<Stuck> {
    app.processes::<Shipping>().unwrap().stuck().await.unwrap()
}

/// Waits until what somebody has asked for is done: nothing is left that is asked for.
async fn answered(app: &App) {
    soon(async {
        while stuck(app).await.iter().any(|stuck| stuck.asked.is_some()) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

async fn a_rejection_that_was_asked_for_is_an_event<S: Both>(store: S, clock: VirtualClock) {
    let app = app(&store).await;
    append(&store, [placed("kept")]).await;
    settle(&app, &clock).await;
    clock.advance(TO_PAY);
    settle(&app, &clock).await;
    let instance = app.processes::<Shipping>().unwrap().get(&order("kept")).await.unwrap().unwrap();
    assert_eq!(instance.state.refused, ["kept: it is kept"]);
    assert_eq!((instance.stuck, instance.undelivered.len(), instance.sent), (vec![], 0, 1));
    app.shutdown().await;
}

async fn one_that_was_not_holds_up_its_instance_only<S: Both>(store: S, clock: VirtualClock) {
    let app = app(&store).await;
    append(&store, [placed("rare"), paid("rare"), placed("1"), paid("1")]).await;
    settle(&app, &clock).await;
    assert_eq!(happened(&store, "1").await, ["Shipped"]);
    let health = app.health().await.unwrap().remove(0);
    assert_eq!((health.is_well(), health.parked_lanes), (false, 1));
    let processes = app.processes::<Shipping>().unwrap();
    let rare = processes.get(&order("rare")).await.unwrap().unwrap();
    let [stuck] = &rare.stuck[..] else { panic!("{:?}", rare.stuck) };
    assert_eq!((stuck.what, stuck.position.get(), stuck.attempts), (What::Command, 2, 1));
    assert_eq!(stuck.error, "sending Ship: it was rejected: there is none in stock");
    assert_eq!(rare.undelivered.iter().map(|command| &*command.command).collect::<Vec<_>>(), ["Ship"]);
    let others = processes.list().await.unwrap();
    assert_eq!(
        others.iter().map(|one| (&*one.key, one.stuck.len())).collect::<Vec<_>>(),
        [("1", 0), ("rare", 1)]
    );
    app.shutdown().await;
}

async fn it_is_sent_again_when_somebody_asks<S: Both>(store: S, clock: VirtualClock) {
    let app = app(&store).await;
    append(&store, [placed("rare"), paid("rare")]).await;
    settle(&app, &clock).await;
    assert_eq!(stuck(&app).await.len(), 1);
    stock(&store, "rare").await;
    assert_eq!(app.processes::<Shipping>().unwrap().retry(&order("rare")).await.unwrap(), 1);
    answered(&app).await;
    settle(&app, &clock).await;
    assert_eq!(stuck(&app).await, []);
    assert_eq!(happened(&store, "rare").await, ["Stocked", "Shipped"]);
    assert_eq!(app.processes::<Shipping>().unwrap().retry(&order("rare")).await.unwrap(), 0);
    app.shutdown().await;
}

async fn it_stays_if_it_is_rejected_again<S: Both>(store: S, clock: VirtualClock) {
    let app = app(&store).await;
    append(&store, [placed("rare"), paid("rare")]).await;
    settle(&app, &clock).await;
    for attempts in 2..=3 {
        app.processes::<Shipping>().unwrap().retry(&order("rare")).await.unwrap();
        answered(&app).await;
        let stuck = stuck(&app).await;
        assert_eq!((stuck.len(), stuck[0].attempts), (1, attempts));
    }
    stock(&store, "rare").await;
    app.processes::<Shipping>().unwrap().retry(&order("rare")).await.unwrap();
    answered(&app).await;
    settle(&app, &clock).await;
    assert_eq!(happened(&store, "rare").await, ["Stocked", "Shipped"]);
    app.shutdown().await;
}

async fn it_is_left_out_when_somebody_asks<S: Both>(store: S, clock: VirtualClock) {
    let app = app(&store).await;
    append(&store, [placed("rare"), paid("rare")]).await;
    settle(&app, &clock).await;
    app.processes::<Shipping>().unwrap().skip(&order("rare")).await.unwrap();
    answered(&app).await;
    settle(&app, &clock).await;
    assert_eq!(stuck(&app).await, []);
    let rare = app.processes::<Shipping>().unwrap().get(&order("rare")).await.unwrap().unwrap();
    assert_eq!(rare.undelivered.len(), 0);
    assert!(happened(&store, "rare").await.is_empty());
    app.shutdown().await;
}

async fn a_command_that_panics_waits_too<S: Both>(store: S, clock: VirtualClock) {
    let app = app(&store).await;
    append(&store, [placed("broken"), paid("broken"), placed("1"), paid("1")]).await;
    settle(&app, &clock).await;
    let stuck = stuck(&app).await;
    assert_eq!(
        (&*stuck[0].key, &*stuck[0].error),
        ("broken", "sending Ship: it panicked: as the test wants it")
    );
    assert_eq!(happened(&store, "1").await, ["Shipped"]);
    app.shutdown().await;
}

async fn an_event_that_it_cannot_take_waits_too<S: Both>(store: S, clock: VirtualClock) {
    let app = app(&store).await;
    append(&store, [placed("poison"), paid("poison"), placed("1"), paid("1")]).await;
    settle(&app, &clock).await;
    let stuck = stuck(&app).await;
    assert_eq!((&*stuck[0].key, stuck[0].what, stuck[0].position.get()), ("poison", What::Event, 1));
    assert!(stuck[0].error.contains("as the test wants it"), "{}", stuck[0].error);
    assert_eq!(happened(&store, "1").await, ["Shipped"]);
    assert!(app.processes::<Shipping>().unwrap().get(&order("poison")).await.unwrap().is_none());
    app.shutdown().await;
}

async fn what_waits_is_known_after_a_restart<S: Both>(store: S, clock: VirtualClock) {
    let first = app(&store).await;
    append(&store, [placed("rare"), paid("rare")]).await;
    settle(&first, &clock).await;
    first.shutdown().await;
    let second = app(&store).await;
    append(&store, [placed("1"), paid("1")]).await;
    settle(&second, &clock).await;
    assert_eq!(stuck(&second).await[0].attempts, 1, "it is not sent again by itself");
    stock(&store, "rare").await;
    second.processes::<Shipping>().unwrap().retry(&order("rare")).await.unwrap();
    answered(&second).await;
    settle(&second, &clock).await;
    assert_eq!(happened(&store, "rare").await, ["Stocked", "Shipped"]);
    second.shutdown().await;
}
