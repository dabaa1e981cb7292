use crate::{
    faulty::Faulty,
    given::{append, event, next, soon},
};
use factum::{App, Position, StoreError};
use factum_messaging::{PubSub, PublishedLog, publish_log};
use futures_util::FutureExt;

async fn app(store: &Faulty, bus: &PubSub) -> App {
    App::builder(store.clone()).component(publish_log(bus)).build().await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn until_it_can_be_and_nothing_is_published_twice() {
    let (store, bus) = (Faulty::new(), PubSub::new());
    let mut all = bus.subscribe("#".parse().unwrap());
    let app = app(&store, &bus).await;
    append(&store, [event("order-1", "Placed", "{}")]).await;
    assert_eq!(next(&mut all).await.unwrap().event().unwrap().position.get(), 1);

    store.fail((0..3).map(|_| StoreError::unavailable("reading", "it is busy")));
    append(&store, [event("order-1", "Paid", "{}")]).await;
    assert_eq!(next(&mut all).await.unwrap().event().unwrap().position.get(), 2, "although no wake-up came");
    assert_eq!(store.faults_left(), 0);
    assert!(all.next().now_or_never().is_none());
    soon(app.shutdown()).await;
}

#[tokio::test(start_paused = true)]
async fn unless_that_cannot_help() {
    let (store, bus) = (Faulty::new(), PubSub::new());
    store.fail([StoreError::corrupt("reading", "nobody knows what this is")]);
    let app = app(&store, &bus).await;
    let published = app.model::<PublishedLog>().unwrap();
    assert!(!soon(published.reached(Position::new(1))).await);
    assert!(published.error().unwrap().is_corrupt());
    assert_eq!(published.position(), Position::START);
    soon(app.shutdown()).await;
}
