//! An effect and the messages that have it commit together, and once.

use crate::conformance::{Fixture, steps::at_once};
use factum_core::{
    Checkpoint, CheckpointKey, ConsumerName, InboxStore as _, LogId, MessageKey, Position,
    checkpoint::{Advance, AdvanceError},
    sink::{Change, Collection, CommitError, Document, DocumentSink, InboxSink},
};
use std::{fmt::Debug, sync::Arc};

fn billing() -> ConsumerName {
    "billing".parse().expect("the suite uses valid names")
}

fn owner() -> CheckpointKey {
    CheckpointKey::new("billing.model".parse().expect("the suite uses valid names"), LogId(uuid::Uuid::nil()))
}

fn messages(keys: &[&str]) -> Vec<MessageKey> {
    keys.iter().map(|key| key.parse().expect("the suite uses valid keys")).collect()
}

fn invoices() -> Collection {
    Collection::new("invoices", 1).expect("the suite uses valid names")
}

fn done<T, E: Debug>(outcome: Result<T, E>) -> T {
    outcome.unwrap_or_else(|error| panic!("the store failed: {error:?}"))
}

async fn open<S: DocumentSink + InboxSink>(place: &impl Fixture<Store = S>) -> S {
    let store = place.open().await;
    done(store.prepare(&invoices()).await);
    store
}

/// Writes a document for these messages, as the owner of that checkpoint.
async fn commit<S: DocumentSink + InboxSink>(
    store: &S,
    as_of: Checkpoint,
    keys: &[&str],
    body: &str,
) -> Result<bool, CommitError> {
    let put = Change::Put(Document::new("1", body.to_owned()));
    let advance = Advance::new(owner(), as_of.epoch, Position::START);
    store.commit_received(store.changes(&invoices(), vec![put]), advance, &billing(), &messages(keys)).await
}

async fn claim<S: InboxSink>(store: &S) -> Checkpoint {
    done(store.claim(&owner()).await)
}

/// What the document is now.
async fn invoice<S: DocumentSink>(store: &S) -> Option<String> {
    let found = done(store.load(&invoices(), vec!["1".to_owned()]).await);
    found[0].as_ref().map(|body| String::from_utf8_lossy(body).into_owned())
}

async fn known<S: InboxSink>(store: &S, keys: &[&str]) -> Vec<bool> {
    let times = done(store.received(&billing(), &messages(keys)).await);
    times.iter().map(Option::is_some).collect()
}

/// Both are there, and the messages are known to the inbox.
pub async fn an_effect_commits_with_its_messages(place: impl Fixture<Store: DocumentSink + InboxSink>) {
    let store = open(&place).await;
    let owned = claim(&store).await;
    assert!(done(commit(&store, owned, &["a", "b"], "1").await));
    assert_eq!(invoice(&store).await.as_deref(), Some("1"));
    assert_eq!(known(&store, &["a", "b", "c"]).await, [true, true, false]);
    assert_eq!(done(store.receive(&billing(), &messages(&["a", "c"])).await), [false, true]);
}

/// However it was received.
pub async fn a_message_that_was_received_has_no_effect_again(
    place: impl Fixture<Store: DocumentSink + InboxSink>,
) {
    let store = open(&place).await;
    let owned = claim(&store).await;
    assert!(done(commit(&store, owned, &["a"], "1").await));
    done(store.receive(&billing(), &messages(&["b"])).await);
    for known in ["a", "b"] {
        assert!(!done(commit(&store, owned, &[known], "2").await), "{known} was received");
        assert_eq!(invoice(&store).await.as_deref(), Some("1"), "after {known}");
    }
}

/// The others are new afterwards.
pub async fn with_one_that_was_received_none_is_received(
    place: impl Fixture<Store: DocumentSink + InboxSink>,
) {
    let store = open(&place).await;
    let owned = claim(&store).await;
    assert!(done(commit(&store, owned, &["b"], "1").await));
    assert!(!done(commit(&store, owned, &["a", "b", "c"], "2").await));
    assert_eq!(known(&store, &["a", "b", "c"]).await, [false, true, false]);
    assert_eq!(invoice(&store).await.as_deref(), Some("1"));
    assert!(done(commit(&store, owned, &["a", "c"], "3").await));
    assert_eq!(invoice(&store).await.as_deref(), Some("3"));
}

/// Inboxes are not shared.
pub async fn a_message_of_another_consumer_is_new(place: impl Fixture<Store: DocumentSink + InboxSink>) {
    let store = open(&place).await;
    let owned = claim(&store).await;
    let other = "other".parse().expect("the suite uses valid names");
    done(store.receive(&other, &messages(&["a"])).await);
    assert!(done(commit(&store, owned, &["a"], "1").await));
}

/// Nor does it receive the messages.
pub async fn who_was_deposed_has_no_effect(place: impl Fixture<Store: DocumentSink + InboxSink>) {
    let store = open(&place).await;
    let before = claim(&store).await;
    let owned = claim(&store).await;
    let refused = commit(&store, before, &["a"], "1").await;
    assert!(matches!(refused, Err(CommitError::Advance(AdvanceError::Fenced { .. }))), "{refused:?}");
    assert_eq!((invoice(&store).await, known(&store, &["a"]).await), (None, vec![false]));
    assert!(done(commit(&store, owned, &["a"], "2").await));
    assert_eq!(invoice(&store).await.as_deref(), Some("2"));
}

/// And the others are told so.
pub async fn of_many_at_once_one_has_the_effect(place: impl Fixture<Store: DocumentSink + InboxSink>) {
    let store = Arc::new(open(&place).await);
    let owned = claim(&*store).await;
    let told = at_once(8, |task| {
        let store = Arc::clone(&store);
        async move {
            let mut told = Vec::new();
            for round in 0..10 {
                let key = format!("round {round}");
                told.push(done(commit(&*store, owned, &[&key], &task.to_string()).await));
            }
            told
        }
    });
    let told = told.await;
    for round in 0..10 {
        let times = told.iter().filter(|told| told[round]).count();
        assert_eq!(times, 1, "how often the message of round {round} had its effect");
    }
}

/// Both of them.
pub async fn effects_and_messages_survive(place: impl Fixture<Store: DocumentSink + InboxSink>) {
    let store = open(&place).await;
    let owned = claim(&store).await;
    assert!(done(commit(&store, owned, &["a"], "1").await));
    drop(store);
    let store = place.open().await;
    assert_eq!((invoice(&store).await.as_deref(), known(&store, &["a"]).await), (Some("1"), vec![true]));
}
