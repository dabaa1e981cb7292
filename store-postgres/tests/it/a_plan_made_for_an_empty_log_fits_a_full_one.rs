use crate::place::Place;
use factum_core::{Append, EventAppender, EventType, NewEvent, StreamId};
use factum_store_postgres::sqlx;
use sqlx::Row as _;

fn event(key: usize) -> NewEvent {
    let stream = StreamId::new("a", &key.to_string()).unwrap();
    NewEvent::new(stream, EventType::from_static("T"), "{}")
}

#[tokio::test]
async fn an_append_reads_no_table_from_end_to_end() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut connection = store.pool().acquire().await.unwrap();

    // This connection plans the function's statements now, and keeps the plans.
    sqlx::query("BEGIN").execute(&mut *connection).await.unwrap();
    store.append_in(&mut connection, Append::new([event(0)])).await.unwrap();
    sqlx::query("COMMIT").execute(&mut *connection).await.unwrap();
    store.append_one(Append::new((1..=2_000).map(event))).await.unwrap();

    sqlx::query("BEGIN").execute(&mut *connection).await.unwrap();
    store.append_in(&mut connection, Append::new([event(1), event(2_001)])).await.unwrap();
    let read = "SELECT coalesce(sum(seq_tup_read), 0)::bigint, coalesce(sum(idx_scan), 0)::bigint \
                FROM pg_stat_xact_user_tables WHERE schemaname = $1 AND relname IN ('events', 'streams')";
    let read = sqlx::query(read).bind(place.schema()).fetch_one(&mut *connection).await.unwrap();
    let (by_sequence, by_index): (i64, i64) = (read.get(0), read.get(1));
    assert!(by_index > 0, "what has been read is not counted");
    assert_eq!(by_sequence, 0, "rows were read that were not asked for");
    sqlx::query("COMMIT").execute(&mut *connection).await.unwrap();
}
