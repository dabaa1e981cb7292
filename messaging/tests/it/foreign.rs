//! What a relay publishes, under a client of the broker and an SDK of CloudEvents that know nothing of this project.

use crate::{
    bank::{app, server},
    given::soon,
    orders::{OrdersOut, append, stream},
    python, sdk,
};
use factum::{
    App, CorrelationId, EventType, Metadata, NewEvent, RecordedEvent, Tag,
    store::{EventReader as _, ReadStream},
};
use factum_messaging::{CloudEvent, Publish as _, Transport, relay, remote::RequestReply};
use factum_projections::{AppBuilderExt as _, AppExt as _};
use factum_store_memory::MemoryStore;
use serde_json::Value;
use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, ChildStdout, Stdio},
};
use uuid::Uuid;

/// A program that reads so many messages.
pub(crate) struct Reader {
    child: Child,
    says: BufReader<ChildStdout>,
}

impl Reader {
    /// Starts it, and waits until it listens.
    pub(crate) fn start(broker: &str, url: &str, place: &str, messages: usize) -> Self {
        let mut program = python::program("reader.py");
        program
            .args([broker, url, place, &messages.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        let mut child = program.spawn().unwrap();
        let says = BufReader::new(child.stdout.take().unwrap());
        let mut reader = Self { child, says };
        let mut line = String::new();
        reader.says.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        reader
    }

    /// What it has read: a topic, attributes and data.
    pub(crate) async fn read(mut self) -> Vec<Value> {
        let read = tokio::task::spawn_blocking(move || {
            let mut said = String::new();
            self.says.read_to_string(&mut said).unwrap();
            serde_json::from_str(&said).unwrap()
        });
        soon(read).await.unwrap()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Orders, with all that metadata may have, and text of any language.
fn paid() -> Vec<NewEvent> {
    let mut metadata = Metadata::default();
    metadata.correlation_id = Some(CorrelationId(Uuid::from_u128(1)));
    metadata.actor = Some("clerk-7 Gr\u{f6}\u{df}e \u{1f600} 100%".to_owned());
    metadata.tenant = Some("north".to_owned());
    metadata.traceparent = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned());
    let event =
        |order: &str, data: &'static str| NewEvent::new(stream(order), EventType::from_static("Paid"), data);
    vec![
        event("7", r#"{"amount":150,"to":"Ada \u2764 größe","lines":[{"n":1},null,true]}"#)
            .with_tags([Tag::of("customer", "ada").unwrap()])
            .with_metadata(metadata),
        event("7", r#"{"amount":2}"#),
        event("8", r#"{"amount":0}"#),
    ]
}

/// How many messages [`relayed`] publishes that match `order.*.Paid`.
pub(crate) const MESSAGES: usize = 3;

/// Publishes orders by a relay, and returns their events.
pub(crate) async fn relayed(transport: impl Transport) -> Vec<RecordedEvent> {
    let store = MemoryStore::new();
    let app = App::builder(store.clone()).run(relay(OrdersOut, transport)).build().await.unwrap();
    append(&store, paid()).await;
    soon(app.caught_up()).await.unwrap();
    soon(app.shutdown()).await;
    let mut events = Vec::new();
    for order in ["7", "8"] {
        let read = store.read_stream(ReadStream::new(stream(order))).await.unwrap();
        events.extend(read.events);
    }
    events
}

/// Whether what was read is what was published, under topics in the broker's own words.
pub(crate) fn check(
    way: &str,
    mut read: Vec<Value>,
    events: &[RecordedEvent],
    topic: impl Fn(&str) -> String,
) {
    assert_eq!(read.len(), events.len());
    // Brokers keep the order of a stream.
    read.sort_by_key(|message| message["topic"].to_string());
    for (message, event) in read.iter().zip(events) {
        assert_eq!(message["topic"], topic(event.stream.key()), "{message}");
        let published = CloudEvent::of(event, &OrdersOut.source()).unwrap();
        sdk::check_understood(way, message, &published);
    }
}

/// Whether a command of a program in Python has its effect, once, and is answered.
pub(crate) async fn check_asked(transport: impl RequestReply + Clone, broker: &str, url: &str, place: &str) {
    let store = MemoryStore::new();
    let serving = server(app(&store).await).serve(transport.clone()).await.unwrap();
    let mut program = python::program("asks.py");
    program.args([broker, url, place]);
    let said = soon(tokio::task::spawn_blocking(move || program.output().unwrap())).await.unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let replies: Vec<Value> = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(replies.len(), 2);
    for (reply, repeated) in replies.iter().zip([false, true]) {
        assert_eq!(reply["attributes"]["type"], "factum.reply", "{reply}");
        assert_eq!(reply["attributes"]["causationid"], "python-1", "{reply}");
        let committed = &reply["data"]["committed"];
        assert_eq!(committed["repeated"], repeated, "{reply}");
        assert_eq!(committed["receipt"]["written"][0]["stream"], "account-ada", "{reply}");
    }
    let page = store.read_stream(ReadStream::new("account-ada".parse().unwrap())).await.unwrap();
    assert_eq!(page.events.len(), 1);
    assert_eq!(page.events[0].metadata.actor.as_deref(), Some("größe"));
    serving.stop().await;
}
