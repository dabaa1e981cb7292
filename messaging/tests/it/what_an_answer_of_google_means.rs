//! With a server that answers as told, and is no Pub/Sub: what becomes of messages when Google answers so.

use crate::{
    given::soon,
    site::{Call, Site},
};
use axum::http::StatusCode;
use factum_messaging::{
    CloudEvent, Transport as _,
    google_pubsub::{BearerToken, GooglePubsub, GooglePubsubConfig},
    transport::{Listen, Outgoing, PublishError},
};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

const TOKEN: &str = "s3cret";

fn outgoing(key: &str, id: &str) -> Outgoing {
    Outgoing::new("a".parse().unwrap(), key, CloudEvent::new(id, "/test", "test.happened").unwrap())
}

async fn connect(site: &Site) -> GooglePubsub {
    let config =
        GooglePubsubConfig::new("my-project").endpoint(site.url("")).credentials(BearerToken::new(TOKEN));
    config.existing().connect().await.unwrap()
}

fn body(call: &Call) -> Value {
    serde_json::from_slice(&call.body).unwrap()
}

/// The ids of the events of a request to publish.
fn published(call: &Call) -> Vec<String> {
    let ids = body(call)["messages"].as_array().unwrap().clone();
    ids.iter().map(|message| message["attributes"]["ce-id"].as_str().unwrap().to_owned()).collect()
}

fn confirmed(call: &Call) -> (StatusCode, String) {
    (StatusCode::OK, json!({ "messageIds": published(call) }).to_string())
}

fn refused(status: u16) -> (StatusCode, String) {
    (StatusCode::from_u16(status).unwrap(), json!({ "error": { "message": "as told" } }).to_string())
}

/// What became of each message.
fn outcome(results: &[Result<(), PublishError>]) -> String {
    let letter = |result: &Result<(), PublishError>| match result {
        Ok(()) => '+',
        Err(PublishError::Behind) => '-',
        Err(PublishError::Refused(_)) => '!',
        Err(_) => '?',
    };
    results.iter().map(letter).collect()
}

fn messages() -> Vec<Outgoing> {
    ["a1", "a2", "b1", "a3"].map(|id| outgoing(&id[..1], id)).to_vec()
}

#[tokio::test]
async fn what_has_one_key_is_published_together_and_by_whom_is_said() {
    let site = Site::open(confirmed).await;
    let pubsub = connect(&site).await;
    assert_eq!(outcome(&soon(pubsub.publish(messages())).await), "++++");
    let calls = site.calls();
    let mut batches: Vec<_> = calls.iter().map(published).collect();
    batches.sort_unstable();
    assert_eq!(batches, [vec!["a1", "a2", "a3"], vec!["b1"]]);
    for call in &calls {
        assert_eq!(call.uri.path(), "/v1/projects/my-project/topics/factum:publish");
        assert_eq!(call.header("authorization"), format!("Bearer {TOKEN}"));
    }
    assert!(!format!("{pubsub:?}").contains(TOKEN));

    // Requests are bounded, and of a key they follow each other.
    let site = Site::open(confirmed).await;
    let pubsub = connect(&site).await;
    let many = (0..2_500).map(|n| outgoing("a", &n.to_string())).collect();
    assert!(soon(pubsub.publish(many)).await.iter().all(Result::is_ok));
    let batches: Vec<_> = site.calls().iter().map(published).collect();
    assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [1_000, 1_000, 500]);
    assert!(batches.concat().into_iter().eq((0..2_500).map(|n| n.to_string())));
}

#[tokio::test]
async fn a_failure_that_is_not_the_messages_refuses_none() {
    for (status, is_transient) in
        [(401, false), (403, false), (404, false), (429, true), (500, true), (503, true)]
    {
        let site = Site::open(move |_| refused(status)).await;
        let results = soon(connect(&site).await.publish(vec![outgoing("a", "1"), outgoing("a", "2")])).await;
        assert_eq!(outcome(&results), "?-", "{status}");
        let Err(PublishError::Unavailable(error)) = &results[0] else { panic!("{results:?}") };
        assert_eq!(error.is_transient(), is_transient, "{status}");
        assert!(format!("{error:?}").contains("as told"), "{error:?}");
        assert_eq!(site.calls().len(), 1, "{status}: nothing of a key is sent after what failed");
    }
}

#[tokio::test]
async fn a_message_that_is_refused_hides_no_other() {
    let site = Site::open(|call: &Call| match published(call) {
        ids if ids.contains(&"a2".to_owned()) => refused(400),
        _ => confirmed(call),
    })
    .await;
    assert_eq!(outcome(&soon(connect(&site).await.publish(messages())).await), "+!+-");
}

#[tokio::test]
async fn what_is_confirmed_in_part_is_not() {
    let site = Site::open(|_| (StatusCode::OK, json!({ "messageIds": ["1"] }).to_string())).await;
    assert_eq!(outcome(&soon(connect(&site).await.publish(messages())).await).matches('?').count(), 1);
    let site = Site::open(|_| (StatusCode::OK, "{")).await;
    assert_eq!(outcome(&soon(connect(&site).await.publish(vec![outgoing("a", "1")])).await), "?");
}

fn listen() -> Listen {
    Listen::new("reader".parse().unwrap(), ["#".parse().unwrap()])
}

fn one_message() -> (StatusCode, String) {
    let attributes = json!({
        "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/test", "ce-type": "test.happened", "topic": "a",
    });
    let message = json!({ "ackId": "ack-1", "message": { "attributes": attributes, "messageId": "7" } });
    (StatusCode::OK, json!({ "receivedMessages": [message] }).to_string())
}

#[tokio::test]
async fn a_failure_that_may_pass_is_waited_for_and_what_was_not_heard_is_told_again() {
    let answers = Arc::new(Mutex::new(vec![refused(503), one_message(), refused(429), refused(503)]));
    let acks = Arc::new(Mutex::new(vec![refused(503), refused(503)]));
    let site = {
        let (answers, acks) = (Arc::clone(&answers), Arc::clone(&acks));
        Site::open(move |call: &Call| {
            let ok = (StatusCode::OK, "{}".to_owned());
            match call.uri.path().ends_with(":pull") {
                true => answers.lock().unwrap().pop().unwrap_or(ok),
                false => acks.lock().unwrap().pop().unwrap_or(ok),
            }
        })
        .await
    };
    let pubsub = connect(&site).await;
    let mut feed = soon(pubsub.listen(listen().prefetch(1))).await.unwrap();
    let message = soon(feed.next()).await.unwrap().unwrap();
    assert_eq!(message.event.id, "1");
    message.ack().await.unwrap();
    let told = async {
        loop {
            let calls = site.calls();
            let acks: Vec<_> =
                calls.iter().filter(|call| call.uri.path().ends_with(":acknowledge")).collect();
            if acks.len() == 3 {
                break assert!(acks.iter().all(|call| body(call) == json!({ "ackIds": ["ack-1"] })));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    soon(told).await;
    soon(pubsub.close()).await;
}

#[tokio::test]
async fn one_that_will_not_ends_the_feed() {
    for status in [401, 403, 404] {
        let site = Site::open(move |_| refused(status)).await;
        let mut feed = soon(connect(&site).await.listen(listen())).await.unwrap();
        let error = soon(feed.next()).await.unwrap().unwrap_err();
        assert!(!error.is_transient() && format!("{error:?}").contains("as told"), "{error:?}");
        assert!(soon(feed.next()).await.is_none());
    }
}
