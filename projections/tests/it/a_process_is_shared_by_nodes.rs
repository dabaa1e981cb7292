use crate::given::{
    Both, Shipping, append, happened, on_both_stores_with_a_clock, paid, placed, settle, soon,
};
use factum::App;
use factum_projections::{AppBuilderExt as _, AppExt as _, ProcessRunner, runner::Holder};
use factum_testkit::VirtualClock;
use std::time::Duration;

on_both_stores_with_a_clock!(each_command_is_sent_by_one_of_them, the_other_one_goes_on_alone);

const ORDERS: u32 = 40;

async fn app<S: Both>(store: &S) -> App {
    let runner = ProcessRunner::<Shipping>::new().partitions(4);
    App::builder(store.clone()).run_process(runner).build().await.unwrap()
}

/// How many partitions of the process the node has.
fn has(app: &App) -> usize {
    let (_, progress) = app.progress().remove(0);
    progress.partitions.iter().filter(|partition| partition.holder == Holder::Here).count()
}

async fn shared(first: &App, second: &App) {
    soon(async {
        while (has(first), has(second)) != (2, 2) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

async fn order<S: Both>(store: &S, orders: std::ops::Range<u32>) {
    for order in orders {
        append(store, [placed(&order.to_string())]).await;
        append(store, [paid(&order.to_string())]).await;
    }
}

async fn shipped<S: Both>(store: &S, orders: std::ops::Range<u32>) {
    for order in orders {
        assert_eq!(happened(store, &order.to_string()).await, ["Shipped"], "order {order}");
    }
}

async fn each_command_is_sent_by_one_of_them<S: Both>(store: S, clock: VirtualClock) {
    let (first, second) = (app(&store).await, app(&store).await);
    shared(&first, &second).await;
    order(&store, 0..ORDERS).await;
    settle(&first, &clock).await;
    settle(&second, &clock).await;
    shipped(&store, 0..ORDERS).await;
    first.shutdown().await;
    second.shutdown().await;
}

async fn the_other_one_goes_on_alone<S: Both>(store: S, clock: VirtualClock) {
    let (first, second) = (app(&store).await, app(&store).await);
    shared(&first, &second).await;
    order(&store, 0..ORDERS / 2).await;
    // Whatever it was doing.
    first.shutdown().await;
    order(&store, ORDERS / 2..ORDERS).await;
    settle(&second, &clock).await;
    shipped(&store, 0..ORDERS).await;
    second.shutdown().await;
}
