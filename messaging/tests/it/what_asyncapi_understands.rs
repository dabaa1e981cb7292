//! The documents about events under the parser of AsyncAPI, which knows nothing of this project. `cargo xtask test` leaves this
//! module out, and says so, where there is no Node.js.

use factum::{EventType, NewEvent, Position, RecordedEvent, StreamVersion, Tag, store};
use factum_messaging::catalogue::{Broker, Catalogue};
use factum_services::node;
use serde_json::{Value, json};
use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

fn event(stream: &str, of: &str, version: u32, payload: &str) -> RecordedEvent {
    let mut event = NewEvent::new(stream.parse().unwrap(), EventType::new(of).unwrap(), payload.to_owned());
    event.type_version = version;
    event.with_tags([Tag::of("customer", "ada").unwrap()]).recorded(
        Position::new(1),
        StreamVersion::FIRST,
        store::now(),
    )
}

/// What the parser finds.
fn parsed(document: &Value) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/asyncapi");
    let node = node::installed().unwrap();
    let mut program = Command::new(node.program());
    program.arg(node.with_packages(&folder).unwrap().join("parse.mjs"));
    let mut running = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    running.stdin.take().unwrap().write_all(document.to_string().as_bytes()).unwrap();
    let output = running.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_document_without_a_fault() {
    let mut catalogue = Catalogue::new();
    for (stream, of, version, payload) in [
        ("order-7", "Placed", 1, r#"{"lines":[{"sku":"a","count":1}],"at":"2026-01-02T03:04:05Z"}"#),
        ("order-8", "Placed", 2, r#"{"lines":[],"note":null,"total":1.5}"#),
        ("order-8", "order.paid", 1, "null"),
        ("gr\u{f6}\u{df}e/1-x", "\u{4e2d}\u{6587} & <b>", 1, r#"{"a b":{"~/c":1}}"#),
        ("gr\u{f6}\u{df}e/1-x", "bytes", 1, "\u{1}not JSON"),
        ("CloudEventAttributes-1", "CloudEventAttributes", 1, "3"),
    ] {
        catalogue.observe(&event(stream, of, version, payload));
    }
    let brokers =
        [Broker::new("rabbit", "localhost:5672", "amqp"), Broker::new("the other", "nats.example", "nats")];
    let found = parsed(&catalogue.asyncapi("Orders \"of\" the shop", "1.2.3", &brokers));
    assert_eq!(found["faults"], json!([]));
    assert_eq!(found["version"], "3.0.0");
    let channels = found["channels"].as_array().unwrap();
    let addresses: Vec<_> = channels.iter().map(|channel| channel["address"].as_str().unwrap()).collect();
    assert!(
        addresses.contains(&"order.{key}.Placed") && addresses.contains(&"order.{key}.order.paid"),
        "{addresses:?}"
    );
    assert_eq!(channels.len(), 5);
    let placed = channels.iter().find(|channel| channel["address"] == "order.{key}.Placed").unwrap();
    let payload = &placed["messages"][0]["payload"];
    assert_eq!(payload["properties"]["total"]["type"], "number", "the newest version: {payload}");
}

#[test]
fn also_of_nothing() {
    assert_eq!(parsed(&Catalogue::new().asyncapi("Nothing", "0.1.0", &[]))["faults"], json!([]));
}
