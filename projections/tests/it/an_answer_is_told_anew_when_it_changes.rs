use crate::given::{Entries, Journal, append, noted, soon, unrelated};
use factum::{App, AskError, Documents, ReadQuery, View};
use factum_macros::Projection;
use factum_projections::{AppBuilderExt, AppExt, Runner};
use factum_store_memory::MemoryStore;
use std::task::Poll;

/// How many entries there are under a key.
#[derive(Clone)]
struct CountOf(&'static str);

impl ReadQuery for CountOf {
    type Model = Documents<Journal>;
    type Answer = usize;

    async fn answer(self, documents: &Documents<Journal>) -> Result<usize, AskError> {
        let entries = documents.get(&self.0.to_owned()).await?;
        Ok(entries.map_or(0, |entries: Entries| entries.positions.len()))
    }
}

async fn told_anew(app: App) {
    let mut observed = app.observe(CountOf("a")).unwrap();
    assert_eq!(soon(observed.next()).await.unwrap(), 0);
    append(app.store(), [noted("a")]).await;
    assert_eq!(soon(observed.next()).await.unwrap(), 1);
    // What does not concern it is not told.
    append(app.store(), [noted("b"), unrelated()]).await;
    app.caught_up().await.unwrap();
    let waits = {
        let mut next = std::pin::pin!(observed.next());
        std::future::poll_fn(|context| Poll::Ready(next.as_mut().poll(context).is_pending())).await
    };
    assert!(waits);
    append(app.store(), [noted("a"), noted("a")]).await;
    assert_eq!(soon(observed.next()).await.unwrap(), 3);
}

#[tokio::test]
async fn of_a_view_that_is_kept() {
    let app = App::builder(MemoryStore::new()).projection(Journal).build().await.unwrap();
    told_anew(app).await;
}

#[tokio::test]
async fn of_a_view_that_is_folded_on_demand() {
    told_anew(App::builder(MemoryStore::new()).live(Journal).build().await.unwrap()).await;
}

#[tokio::test]
async fn on_a_node_that_stands_by() {
    let store = MemoryStore::new();
    let first = App::builder(store.clone()).projection(Journal).build().await.unwrap();
    first.caught_up().await.unwrap();
    append(&store, [unrelated()]).await;
    first.caught_up().await.unwrap();
    told_anew(App::builder(store).projection(Journal).build().await.unwrap()).await;
    first.shutdown().await;
}

#[tokio::test]
async fn until_the_projection_ends() {
    let app = App::builder(MemoryStore::new()).projection(Journal).build().await.unwrap();
    let mut observed = app.observe(CountOf("a")).unwrap();
    soon(observed.next()).await.unwrap();
    app.shutdown().await;
    assert!(matches!(soon(observed.next()).await, Err(AskError::Wait(_))));
}

/// Never run.
#[derive(Projection)]
#[projection(name = "absent", events(crate::given::Noted))]
struct Absent;

impl View for Absent {
    type Key = String;
    type Document = Entries;

    fn keys(&self, _: &factum::Recorded<AbsentEvent>) -> factum::Keys<String> {
        factum::Keys::none()
    }

    fn fold(&self, _: &String, _: &mut Entries, _: &factum::Recorded<AbsentEvent>) {}
}

#[derive(Clone)]
struct Any;

impl ReadQuery for Any {
    type Model = Documents<Absent>;
    type Answer = ();

    async fn answer(self, _: &Documents<Absent>) -> Result<(), AskError> {
        Ok(())
    }
}

#[tokio::test]
async fn and_only_of_what_runs() {
    let app = App::builder(MemoryStore::new()).run(Runner::new(Journal)).build().await.unwrap();
    let error = app.observe(Any).unwrap_err();
    assert!(error.to_string().contains("the app does not run"), "{error}");
}
