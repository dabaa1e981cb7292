//! What an operator sees of what is declared, without this project.

use super::place::{consumer, soon};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use factum_messaging::{
    Transport as _,
    rabbitmq::RabbitMqConfig,
    remote::{RequestReply as _, Serve},
    transport::Listen,
};
use factum_services::rabbitmq::RabbitMq;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// What the management answers.
async fn get(broker: &RabbitMq, path: &str) -> Value {
    let url = broker.management_url();
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).await.unwrap();
    let user = STANDARD.encode("guest:guest");
    let request = format!("GET {path} HTTP/1.0\r\nAuthorization: Basic {user}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.lines().next().unwrap().contains(" 200 "), "{head}");
    serde_json::from_str(body).unwrap()
}

/// Those of a kind, in the order of their names.
fn of(definitions: &Value, kind: &str, mut told: impl FnMut(&Value) -> Value) -> Value {
    let mut all: Vec<_> = definitions[kind].as_array().unwrap().iter().map(&mut told).collect();
    all.sort_by_key(Value::to_string);
    all.into()
}

#[tokio::test]
async fn of_a_consumer_and_of_a_service() {
    let broker = RabbitMq::builder().start().await.unwrap();
    let transport =
        RabbitMqConfig::new(broker.url()).exchange("shop").delivery_limit(7).connect().await.unwrap();
    let patterns = ["order.*.Paid".parse().unwrap(), "invoice.#".parse().unwrap()];
    let feed = soon(transport.listen(Listen::new(consumer("billing"), patterns))).await.unwrap();
    let bank = Serve::new("bank".parse().unwrap(), ["command.bank.*".parse().unwrap()]);
    let requests = soon(transport.serve(bank)).await.unwrap();

    let definitions = get(&broker, "/api/definitions/%2F").await;
    let exchange =
        |it: &Value| json!([it["name"], it["type"], it["durable"], it["auto_delete"], it["arguments"]]);
    assert_eq!(
        of(&definitions, "exchanges", exchange),
        json!([
            ["shop", "topic", true, false, {}],
            ["shop.dead", "direct", true, false, {}],
            ["shop.requests", "topic", true, false, {}],
        ])
    );
    let queue = |it: &Value| json!([it["name"], it["durable"], it["auto_delete"], it["arguments"]]);
    assert_eq!(
        of(&definitions, "queues", queue),
        json!([
            ["shop.billing", true, false, {
                "x-queue-type": "quorum",
                "x-delivery-limit": 7,
                "x-dead-letter-exchange": "shop.dead",
                "x-dead-letter-routing-key": "shop.billing",
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
            }],
            ["shop.billing.dead", true, false, { "x-queue-type": "quorum" }],
            ["shop.requests.bank", true, true, { "x-queue-type": "classic", "x-expires": 30_000 }],
        ])
    );
    let binding =
        |it: &Value| json!([it["source"], it["routing_key"], it["destination"], it["destination_type"]]);
    assert_eq!(
        of(&definitions, "bindings", binding),
        json!([
            ["shop", "invoice.#", "shop.billing", "queue"],
            ["shop", "order.*.Paid", "shop.billing", "queue"],
            ["shop.dead", "shop.billing", "shop.billing.dead", "queue"],
            ["shop.requests", "command.bank.*", "shop.requests.bank", "queue"],
        ])
    );
    // Which the broker has understood.
    for (queue, is) in [("shop.billing", "quorum"), ("shop.requests.bank", "classic")] {
        let told = get(&broker, &format!("/api/queues/%2F/{queue}")).await;
        assert_eq!(told["type"], is, "{told}");
    }
    drop((feed, requests));
    transport.close().await;
}
