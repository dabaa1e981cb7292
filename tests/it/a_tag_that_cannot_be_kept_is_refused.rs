use crate::{
    courses::{define, subscribe},
    invoices::issue,
    names::{claim, day},
    stores::{Store, log, on_every_store},
};
use factum::{
    App, SendError,
    invalid::{Field, Reason},
    limits::TAG_BYTES,
    prelude::*,
};

on_every_store! {
    a_command_whose_tag_cannot_be_kept_is_refused,
    an_event_whose_tag_cannot_be_kept_is_refused,
    an_empty_value_is_a_value,
    the_longest_tag_is_kept,
}

/// As long as the value of this tag may be.
fn longest(tag: &str) -> String {
    "x".repeat(TAG_BYTES - tag.len() - 1)
}

async fn refused<C: Command>(app: &App, command: C) -> (Field, Reason, String) {
    match app.send(command).await {
        Err(SendError::Invalid(invalid)) => (invalid.field(), invalid.reason().clone(), invalid.to_string()),
        Err(other) => panic!("refused for another reason: {}", other.kind()),
        Ok(_) => panic!("this was accepted"),
    }
}

async fn a_command_whose_tag_cannot_be_kept_is_refused(store: impl Store) {
    let app = App::builder(store.clone()).build().await.unwrap();
    // The value of the first tag is also the key of the stream.
    let (field, _, said) = refused(&app, define("", 1)).await;
    assert_eq!((field, said.as_str()), (Field::StreamKey, "stream key is empty"));

    let (field, reason, said) = refused(&app, define("ru\0st", 1)).await;
    // Counted from the beginning of the tag `course:ru\0st`.
    assert_eq!((field, reason), (Field::Tag, Reason::Character { found: '\0', at: 9 }));
    assert_eq!(said, "tag has the character '\\0' at byte 9");

    let (field, reason, said) = refused(&app, subscribe("rust", &(longest("student") + "x"))).await;
    assert_eq!((field, reason), (Field::Tag, Reason::TooLong { length: TAG_BYTES + 1, limit: TAG_BYTES }));
    assert_eq!(said, "tag has 513 bytes, the limit is 512");

    assert!(log(&store).await.is_empty());
}

/// The customer is a tag of the event, and none of the command: its handler could as well have taken it from elsewhere.
async fn an_event_whose_tag_cannot_be_kept_is_refused(store: impl Store) {
    let app = App::builder(store.clone()).build().await.unwrap();
    let (field, _, said) = refused(&app, issue("2026", &(longest("customer") + "x"))).await;
    assert_eq!((field, said.as_str()), (Field::Tag, "tag has 513 bytes, the limit is 512"));
    assert!(log(&store).await.is_empty());
}

/// Nobody is a value like any other where it is no stream's key; a domain that does not want it says so in `validate`.
async fn an_empty_value_is_a_value(store: impl Store) {
    let app = App::builder(store.clone()).build().await.unwrap();
    app.send(define("rust", 9)).await.unwrap();
    app.send(subscribe("rust", "")).await.unwrap();
    app.send(subscribe("rust", "ada")).await.unwrap();
    app.send(subscribe("rust", "")).await.unwrap_err();
    assert_eq!(log(&store).await[1].tags[1].as_str(), "student:");
}

async fn the_longest_tag_is_kept(store: impl Store) {
    let app = App::builder(store.clone()).build().await.unwrap();
    app.send(claim(&longest("name"), "a", day(0))).await.unwrap();
    app.send(claim(&longest("name"), "b", day(0))).await.unwrap_err();
    assert_eq!(log(&store).await[0].tags[0].as_str().len(), TAG_BYTES);
}
