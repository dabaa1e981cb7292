use crate::{
    given::soon,
    orders::{OrdersOut, append, listen, number, placed},
};
use factum::App;
use factum_messaging::{ConnectError, connect, connect::schemes, relay};
use factum_projections::AppBuilderExt as _;
use factum_store_memory::MemoryStore;

/// By `url`, an event gets from a relay to whoever listens.
async fn carries(url: &str, adapter: &str) {
    let name = format!("known-{}", uuid::Uuid::new_v4().simple());
    let broker = connect(url).named(name).await.unwrap();
    assert_eq!(broker.name(), adapter);
    let mut orders = listen(&broker, "orders").await;
    let store = MemoryStore::new();
    let app = App::builder(store.clone()).run(relay(OrdersOut, broker.clone())).build().await.unwrap();
    append(&store, [placed("1", 7)]).await;
    assert_eq!(number(&mut orders).await, ("order-1".to_owned(), 7));
    soon(app.shutdown()).await;
    drop(orders);
    soon(broker.close()).await;
}

#[tokio::test]
async fn of_this_process() {
    carries("local:", "local").await;
}

mod rabbitmq {
    #[tokio::test]
    async fn by_amqp() {
        super::carries(&crate::servers::of_rabbitmq(), "rabbitmq").await;
    }
}

mod nats {
    #[tokio::test]
    async fn by_nats() {
        super::carries(&crate::servers::of_nats(), "nats").await;
    }
}

mod kafka {
    #[tokio::test]
    async fn by_kafka() {
        let cluster = crate::kafka::cluster::Cluster::new(1);
        super::carries(&format!("kafka://{}", cluster.url()), "kafka").await;
    }
}

mod mqtt {
    #[tokio::test]
    async fn by_mqtt() {
        super::carries(&crate::servers::of_mqtt(), "mqtt").await;
    }
}

#[tokio::test]
async fn or_it_is_said_which_there_are() {
    let all: Vec<_> = schemes().collect();
    assert!(["local", "amqp", "nats", "kafka", "mqtt"].iter().all(|scheme| all.contains(scheme)), "{all:?}");
    let unknown = connect("http://localhost").await.unwrap_err();
    assert!(matches!(&unknown, ConnectError::Scheme { scheme, .. } if scheme == "http"));
    let said = unknown.to_string();
    assert!(said.starts_with("no broker is reached by `http:`; there are: `local:`, `amqp:`, "), "{said}");
    assert!(matches!(connect("localhost").await.unwrap_err(), ConnectError::NoScheme));
    if !all.contains(&"amqps") {
        let missing = connect("amqps://localhost").await.unwrap_err();
        assert!(matches!(missing, ConnectError::Feature { feature: "rabbitmq-tls", .. }), "{missing}");
    }
}

#[tokio::test]
async fn one_that_carries_requests_is_asked_for() {
    let broker = connect("local:").requests().await.unwrap();
    assert_eq!(broker.name(), "local");
    let none = connect("mqtt://localhost").requests().await.unwrap_err();
    assert!(matches!(&none, ConnectError::NoRequests { scheme, .. } if scheme == "mqtt"), "{none}");
    let unknown = connect("http://localhost").requests().await.unwrap_err();
    assert!(matches!(unknown, ConnectError::Scheme { .. }), "{unknown}");
}

#[tokio::test]
async fn one_that_is_not_there_may_be_later() {
    let away = connect("nats://127.0.0.1:1").await.unwrap_err();
    assert!(away.is_transient(), "{away:?}");
    assert!(!connect("http:").await.unwrap_err().is_transient());
}

/// It may have a password in it.
#[test]
fn and_the_url_is_not_shown() {
    assert!(!format!("{:?}", connect("amqp://guest:secret@localhost")).contains("secret"));
}
