use crate::stores::{Store, log};
use factum::{
    Append, Category, EventType, MemoryStore, NewEvent, Position, Query, QueryItem, SqliteStore, StreamId,
    Tag,
    store::{EventAppenderExt, EventReaderExt, ReadLog},
};
use futures_util::TryStreamExt;
use proptest::{collection::vec, prelude::*, sample::subsequence};

const TYPES: [&str; 3] = ["Opened", "Moved", "Closed"];
const TAGS: [&str; 4] = ["a:1", "a:2", "b:1", "c:1"];
const CATEGORIES: [&str; 3] = ["account", "course", "user"];

fn events() -> impl Strategy<Value = Vec<NewEvent>> {
    let event = (0..TYPES.len(), subsequence(TAGS.to_vec(), 0..=3), 0..CATEGORIES.len(), 0..4u8).prop_map(
        |(name, tags, category, key)| {
            let stream = StreamId::new(CATEGORIES[category], &key.to_string()).unwrap();
            NewEvent::new(stream, EventType::from_static(TYPES[name]), "{}")
                .with_tags(tags.into_iter().map(tag))
        },
    );
    vec(event, 0..40)
}

fn tag(name: &str) -> Tag {
    Tag::new(name).unwrap()
}

fn query() -> impl Strategy<Value = Query> {
    let item = (
        subsequence(TYPES.to_vec(), 0..=2),
        subsequence(TAGS.to_vec(), 0..=2),
        subsequence(CATEGORIES.to_vec(), 0..=2),
    )
        .prop_map(|(types, tags, categories)| {
            let mut item = QueryItem::types(types.into_iter().map(EventType::from_static));
            item.tags = tags.into_iter().map(tag).collect();
            item.categories = categories.into_iter().map(|c| Category::new(c).unwrap()).collect();
            item
        });
    vec(item, 0..3).prop_map(Query::any_of)
}

async fn finds(
    store: impl Store,
    events: Vec<NewEvent>,
    query: Query,
    after: u64,
    before: Option<u64>,
    limit: usize,
) {
    store.append_one(Append::new(events)).await.unwrap();
    let inside =
        |position: Position| position.get() > after && before.is_none_or(|before| position.get() < before);
    let all = log(&store).await;
    let expected: Vec<_> = all.into_iter().filter(|e| inside(e.position) && query.matches_event(e)).collect();

    let mut request = ReadLog::new(query).after(Position::new(after)).limit(limit);
    request.before = before.map(Position::new);
    let forward: Vec<_> = store.log_events(request.clone()).try_collect().await.unwrap();
    assert_eq!(forward, expected);
    let mut backward: Vec<_> = store.log_events(request.backward()).try_collect().await.unwrap();
    backward.reverse();
    assert_eq!(backward, expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn memory(events in events(), query in query(), after in 0u64..45, before in proptest::option::of(0u64..45), limit in 1usize..8) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(finds(MemoryStore::new(), events, query, after, before, limit));
    }

    #[test]
    fn sqlite(events in events(), query in query(), after in 0u64..45, before in proptest::option::of(0u64..45), limit in 1usize..8) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        runtime.block_on(async {
            let store = SqliteStore::open(folder.path().join("log.db")).await.unwrap();
            finds(store, events, query, after, before, limit).await;
        });
    }
}
