use crate::stores::{Store, append, event, on_every_store, stream};
use factum::{
    Append, EventType, NewEvent, Position, Query, StreamVersion, limits,
    store::{EventAppenderExt, EventReaderExt, ReadLog, ReadStream},
};
use futures_util::TryStreamExt;

on_every_store! {
    of_the_log,
    of_a_stream,
    a_stream_without_events_is_an_empty_page,
    a_page_ends_early_when_its_payloads_are_large,
    a_page_says_how_far_it_has_looked,
}

const PAGE: usize = 4;

async fn of_the_log(store: impl Store) {
    for count in [0, 1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE] {
        while store.head().await.unwrap().get() < count as u64 {
            append(&store, &stream("a"), "x").await;
        }
        let all: Vec<u64> = (1..=count as u64).collect();
        for (after, before) in
            [(0, None), (1, None), (PAGE as u64, Some(2 * PAGE as u64)), (2, Some(3)), (0, Some(1))]
        {
            let inside = |n: &u64| *n > after && before.is_none_or(|before| *n < before);
            let mut request = ReadLog::new(Query::all()).after(Position::new(after)).limit(PAGE);
            request.before = before.map(Position::new);
            let forward = positions(&store, request.clone()).await;
            assert_eq!(
                forward,
                all.iter().copied().filter(inside).collect::<Vec<_>>(),
                "{count} {after} {before:?}"
            );
            let mut backward = positions(&store, request.backward()).await;
            backward.reverse();
            assert_eq!(backward, forward);
        }
    }
}

async fn positions(store: &impl Store, request: ReadLog) -> Vec<u64> {
    store.log_events(request).map_ok(|event| event.position.get()).try_collect().await.unwrap()
}

async fn of_a_stream(store: impl Store) {
    let a = stream("a");
    for count in [1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE] {
        while store.stream_version(a.clone()).await.unwrap().get() < count as u64 {
            append(&store, &a, "x").await;
            append(&store, &stream("between"), "y").await;
        }
        for (after, before) in [(0, None), (1, None), (PAGE as u64, None), (1, Some(PAGE as u64))] {
            let mut request = ReadStream::new(a.clone()).after(StreamVersion::new(after)).limit(PAGE);
            request.before = before.map(StreamVersion::new);
            let expected: Vec<u64> = (1..=count as u64)
                .filter(|v| *v > after && before.is_none_or(|before| *v < before))
                .collect();
            let forward = versions(&store, request.clone()).await;
            assert_eq!(forward, expected, "{count} {after} {before:?}");
            let mut backward = versions(&store, request.backward()).await;
            backward.reverse();
            assert_eq!(backward, expected);
        }
    }
}

async fn versions(store: &impl Store, request: ReadStream) -> Vec<u64> {
    store.stream_events(request).map_ok(|event| event.version.get()).try_collect().await.unwrap()
}

async fn a_stream_without_events_is_an_empty_page(store: impl Store) {
    let page = store.read_stream(ReadStream::new(stream("nobody"))).await.unwrap();
    assert!(page.events.is_empty() && page.done);
    assert_eq!(store.stream_version(stream("nobody")).await.unwrap(), StreamVersion::EMPTY);
}

async fn a_page_ends_early_when_its_payloads_are_large(store: impl Store) {
    let large =
        || NewEvent::new(stream("a"), EventType::from_static("x"), vec![b'x'; limits::PAGE_BYTES / 2]);
    store.append_one(Append::new([large(), large(), large()])).await.unwrap();
    let page = store.read_log(ReadLog::new(Query::all())).await.unwrap();
    assert_eq!((page.events.len(), page.done), (2, false));
    let rest = store.read_log(ReadLog::new(Query::all()).following(&page).unwrap()).await.unwrap();
    assert_eq!((rest.events.len(), rest.done), (1, true));
}

async fn a_page_says_how_far_it_has_looked(store: impl Store) {
    for n in 1..=10 {
        let name = if n == 3 { "Rare" } else { "Frequent" };
        store.append_one(Append::new([event(&stream("a"), name)])).await.unwrap();
    }
    let rare = Query::from(factum::QueryItem::types([EventType::from_static("Rare")]));
    let page = store.read_log(ReadLog::new(rare.clone())).await.unwrap();
    assert_eq!(page.events.len(), 1);
    assert_eq!((page.through.get(), page.done), (10, true), "everything up to the head was looked at");
    let after = store.read_log(ReadLog::new(rare).after(Position::new(99))).await.unwrap();
    assert!(after.events.is_empty() && after.done);
    assert_eq!(after.through.get(), 99, "a page never takes its reader back");
}
