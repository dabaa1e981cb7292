#![cfg(unix)]

use crate::{
    child::{self, Process},
    place::{Place, event, log},
};
use custom_store::FileStore;
use factum_core::{Append, AppendError, EventAppender, EventReader, ExpectedVersion, StreamId};
use std::path::Path;

const NAME: &str = "an_unknown_outcome_stops_the_store::until_it_is_opened_again";

/// To the child the disk is full after a few appends. What it was told must be true, and nothing more may be there.
#[tokio::test]
async fn until_it_is_opened_again() {
    if let Some(path) = child::is_child() {
        return append_until_full(&path).await;
    }
    let place = Place::new();
    let said = Process::with_full_disk(NAME, &place.path(), 8).rest();
    assert_eq!(said.last().map(String::as_str), Some("the end"), "{said:?}");
    let acknowledged = said.len() - 1;
    assert!(acknowledged > 0);

    let store = place.open();
    assert_eq!(log(&store).await.len(), acknowledged);
    let receipt = store.append_one(Append::new([event("a")])).await.unwrap();
    assert_eq!(receipt.position().get(), acknowledged as u64 + 1);
}

async fn append_until_full(path: &Path) {
    let store = FileStore::open(path).unwrap();
    let error = loop {
        match store.append_one(Append::new([event("a")])).await {
            Ok(_) => child::say("an append"),
            Err(error) => break error,
        }
    };
    assert!(
        matches!(&error, AppendError::OutcomeUnknown(unknown) if unknown.events().len() == 1),
        "{error:?}"
    );

    // Nobody knows what is on the disk, so nothing is said about it, and nothing is written behind it.
    let nobody = StreamId::new("account", "b").unwrap();
    let conflicting = Append::new([event("b")]).expect(nobody, ExpectedVersion::StreamExists);
    for append in [Append::new([event("a")]), conflicting] {
        let refused = store.append_one(append).await.unwrap_err();
        assert!(matches!(refused, AppendError::Store(_)), "{refused:?}");
    }
    assert!(store.head().await.is_err());
    child::say("the end");
}
