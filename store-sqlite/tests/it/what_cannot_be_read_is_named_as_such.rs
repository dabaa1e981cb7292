//! Somebody has written to the file what a store would not.

use crate::place::{Place, small};
use factum_core::{
    EventReader, Query,
    store::{EventAppender, ReadLog},
};

#[tokio::test]
async fn instead_of_being_skipped() {
    for damage in [
        "metadata = '[]'",
        "metadata = '{'",
        "occurred_at = 9223372036854775807",
        "tags = ''",
        "id = x'00'",
        "stream = 77",
        "type = 77",
        "payload = 1.5",
    ] {
        let place = Place::new();
        let store = place.open().await;
        store.append_one(small("a")).await.unwrap();
        let sql = format!("DROP TRIGGER factum_events_are_not_updated; UPDATE factum_events SET {damage}");
        place.sql().execute_batch(&sql).unwrap();
        let error = store.read_log(ReadLog::new(Query::all())).await.expect_err(damage);
        assert!(error.is_corrupt(), "{damage}: {error:?}");
        // The reader goes on.
        assert_eq!(store.head().await.unwrap().get(), 1);
    }
}
