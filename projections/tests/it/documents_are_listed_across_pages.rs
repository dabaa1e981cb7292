use crate::given::{Act, Journal, Step, append, sqlite};
use factum::{App, Documents, sink::DocumentSink, store::EventStore};
use factum_projections::{AppBuilderExt, AppExt};
use factum_store_memory::MemoryStore;

/// One page is 1,000 documents.
async fn at_every_edge<S: EventStore + DocumentSink>(store: S) {
    let app = App::builder(store).projection(Journal).build().await.unwrap();
    let mut written = 0;
    for count in [0, 1, 999, 1_000, 1_001, 2_000, 2_001] {
        let keys = (written..count).map(|i| format!("{i:05}")).collect();
        append(app.store(), [Step { act: Act::Note, keys }.event()]).await;
        written = count;
        app.caught_up().await.unwrap();
        let documents = app.model::<Documents<Journal>>().unwrap();
        let all: Vec<_> = documents.all().await.unwrap().into_iter().map(|(key, _)| key).collect();
        assert_eq!(all, (0..count).map(|i| format!("{i:05}")).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn in_memory() {
    at_every_edge(MemoryStore::new()).await;
}

#[tokio::test]
async fn in_sqlite() {
    let (store, _folder) = sqlite().await;
    at_every_edge(store).await;
}

#[tokio::test]
async fn folded_on_demand() {
    let app = App::builder(MemoryStore::new()).live(Journal).build().await.unwrap();
    let keys = (0..1_001).map(|i| format!("{i:05}")).collect();
    append(app.store(), [Step { act: Act::Note, keys }.event()]).await;
    assert_eq!(app.model::<Documents<Journal>>().unwrap().all().await.unwrap().len(), 1_001);
}

#[tokio::test]
async fn in_the_order_of_the_bytes_of_their_keys() {
    let names = ["a", "B", "é", "a b", "Z", "\u{1f600}", "\u{ffff}", "'\"; --", "%", "aa"];
    let mut sorted = names.map(str::to_owned);
    sorted.sort();
    let (file, _folder) = sqlite().await;
    let kept = App::builder(file).projection(Journal).build().await.unwrap();
    let live = App::builder(MemoryStore::new()).live(Journal).build().await.unwrap();
    for app in [kept, live] {
        append(app.store(), [Step { act: Act::Note, keys: names.map(str::to_owned).into() }.event()]).await;
        app.caught_up().await.unwrap();
        let documents = app.model::<Documents<Journal>>().unwrap();
        let mut listed: Vec<String> = Vec::new();
        loop {
            let page = documents.page(listed.last().map(String::as_str), 3).await.unwrap();
            if page.is_empty() {
                break;
            }
            listed.extend(page.into_iter().map(|(key, _)| key));
        }
        assert_eq!(listed, sorted);
    }
}
