//! Reads of streams that come at the same time share statements.

use crate::{log::stream, place::Place};
use factum_core::{
    Append, EventAppender, EventReader, EventType, NewEvent, StreamVersion,
    store::{Page, ReadStream},
};
use factum_store_postgres::PgStore;
use futures_util::future::join_all;

/// One event of so many bytes is too much for a statement that several reads share, if there are some of them.
const LARGE: usize = 3 * 1_024 * 1_024;

async fn fill(store: &PgStore, key: &str, count: usize, bytes: usize) {
    let event = |_| NewEvent::new(stream(key), EventType::from_static("Noted"), "x".repeat(bytes));
    store.append_one(Append::new((0..count).map(event))).await.unwrap();
}

/// With the pages that follow.
async fn read(store: PgStore, request: ReadStream) -> Vec<(u64, usize)> {
    let (mut next, mut found) = (Some(request), Vec::new());
    while let Some(request) = next {
        let page: Page<StreamVersion> = store.read_stream(request.clone()).await.unwrap();
        assert!(page.events.len() <= request.limit.get());
        assert!(page.events.iter().all(|event| event.stream == request.stream));
        found.extend(page.events.iter().map(|event| (event.version.get(), event.payload.len())));
        next = request.following(&page);
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_its_own_events_however_many_they_are() {
    let place = Place::new().await;
    let store = place.open().await;
    // Longer ones than a shared statement gives of a stream, and some that no shared statement has room for.
    let lengths = [1, 2, 99, 100, 101, 250].map(|length| (length, 10));
    let streams: Vec<_> = lengths.into_iter().cycle().take(48).chain([(2, LARGE); 8]).collect();
    for (n, (length, bytes)) in streams.iter().enumerate() {
        fill(&store, &n.to_string(), *length, *bytes).await;
    }
    // There are none of these.
    let streams: Vec<_> = streams.into_iter().chain([(0, 0); 8]).collect();
    for round in 0..20_u64 {
        // One that knows no stream yet finds them by their names.
        let store = if round.is_multiple_of(2) { store.clone() } else { place.open().await };
        let reads = streams.iter().enumerate().map(|(n, (length, bytes))| {
            let (after, limit) = (round % 3, [1_000, 7, 100][n % 3]);
            let request =
                ReadStream::new(stream(&n.to_string())).after(StreamVersion::new(after)).limit(limit);
            let expected: Vec<_> = (after + 1..=*length as u64).map(|version| (version, *bytes)).collect();
            let read = tokio::spawn(read(store.clone(), request));
            async move { assert_eq!(read.await.unwrap(), expected, "stream {n}") }
        });
        join_all(reads).await;
    }
}
