//! The number that says where an event is in its stream has 33 bits for the version.

use crate::{
    log::{small, stream, version},
    place::Place,
};
use factum_core::{Append, AppendError, Causes, EventAppender, ExpectedVersion, StreamVersion};

/// The last version after which there is room for any append.
const LAST: u64 = 8_589_899_999;

fn refusal(outcome: Result<factum_core::Receipt, AppendError>) -> String {
    match outcome {
        Err(AppendError::Store(error)) => Causes(&error).to_string(),
        other => panic!("expected an error, not {other:?}"),
    }
}

#[tokio::test]
async fn at_which_appends_are_refused_and_no_other_stream_is_touched() {
    let place = Place::new().await;
    let store = place.open().await;
    for key in ["a", "b"] {
        store.append_one(small(key)).await.unwrap();
    }
    let sql = place.sql().await;
    let fill = "INSERT INTO events (position, place, recorded_at, type, id, payload)
        SELECT nextval('positions'), place(s.id, $1), now(), e.type, gen_random_uuid(), '{}'
        FROM streams s, events e WHERE s.key = 'a' AND e.position = 1";
    sql.execute(fill, &[&(LAST as i64)]).await.unwrap();
    assert_eq!(version(&store, "a").await, LAST);
    store.append_one(small("a")).await.unwrap();

    let after = |version| ExpectedVersion::Exact(StreamVersion::new(version));
    let full = "a stream has as many events as it can have";
    for append in [small("a"), small("a").expect(stream("a"), after(LAST + 1))] {
        assert!(refusal(store.append_one(append).await).contains(full));
    }
    let both = Append::new(["a", "b"].map(crate::log::event));
    assert!(refusal(store.append_one(both).await).contains(full));
    assert_eq!((version(&store, "a").await, version(&store, "b").await), (LAST + 1, 1));
    store.append_one(small("b")).await.unwrap();
}
