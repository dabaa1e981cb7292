use crate::{
    given::soon,
    orders::{append, incoming, stream},
};
use async_trait::async_trait;
use factum::{
    App, NewEvent, Recorded,
    projection::{Reaction, Reactor},
    sink::WorkError,
};
use factum_macros::{Event, Projection};
use factum_messaging::{
    ConsumeExt as _, LocalBroker, Publish, Transport as _, at_least_once, catalogue::Catalogue, relay,
    transport::Listen,
};
use factum_projections::AppBuilderExt as _;
use factum_store_memory::MemoryStore;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

#[derive(Event, Serialize, Deserialize)]
#[event(name = "order.paid", topic = "payments.{key}.made")]
struct Paid;

#[derive(Event, Serialize, Deserialize)]
struct Shipped;

#[derive(Projection)]
#[projection(name = "out", events(Paid, Shipped))]
struct Out;

impl Publish for Out {}

#[derive(Projection)]
#[projection(name = "telling", events(Paid))]
struct Telling(mpsc::UnboundedSender<String>);

#[async_trait]
impl Reactor for Telling {
    async fn react(&self, event: &Recorded<TellingEvent>, _: &Reaction) -> Result<(), WorkError> {
        self.0.send(event.stream().to_string())?;
        Ok(())
    }
}

#[tokio::test]
async fn under_which_it_is_published_and_where_its_consumer_listens() {
    let (store, broker) = (MemoryStore::new(), LocalBroker::new());
    let mut everything =
        broker.listen(Listen::new("reader".parse().unwrap(), ["#".parse().unwrap()])).await.unwrap();
    let (told, mut heard) = mpsc::unbounded_channel();
    let consumes = App::builder(MemoryStore::new()).consume(at_least_once(Telling(told), broker.clone()));
    let consumes = consumes.build().await.unwrap();
    let publishes = App::builder(store.clone()).run(relay(Out, broker.clone())).build().await.unwrap();
    append(
        &store,
        [NewEvent::of(stream("7.a"), &Paid).unwrap(), NewEvent::of(stream("7.a"), &Shipped).unwrap()],
    )
    .await;
    for topic in ["payments.7%2Ea.made", "order.7%2Ea.Shipped"] {
        let message = incoming(&mut everything).await;
        assert_eq!(message.topic.as_str(), topic);
        message.ack().await.unwrap();
    }
    assert_eq!(soon(heard.recv()).await.unwrap(), "order-7.a");
    soon(publishes.shutdown()).await;
    soon(consumes.shutdown()).await;
}

#[test]
fn and_which_stands_in_the_catalogue() {
    let mut catalogue = Catalogue::new();
    catalogue.add::<OutEvent>("order");
    let markdown = catalogue.markdown("Orders");
    assert!(markdown.contains("- Topic: `payments.{key}.made`"), "{markdown}");
    assert!(markdown.contains("- Topic: `order.{key}.Shipped`"), "{markdown}");
    let channels = &catalogue.asyncapi("Orders", "1", &[])["channels"];
    assert_eq!(channels["order.order.paid"]["address"], "payments.{key}.made");
}
