use crate::given::{
    Journal, Step, append, broken, documents, expected, followed, noted, soon, sqlite, unrelated,
};
use factum::{
    App, Append, CheckpointKey, Documents, EventStore, Query,
    sink::{Collection, DocumentSink, InlineStore},
    store::ReadLog,
};
use factum_projections::{AppBuilderExt, AppExt, runner::Runner};
use factum_store_memory::MemoryStore;
use factum_store_sqlite::SqliteStore;
use futures_util::future::join_all;

/// The journal that the log should have made.
async fn folded(store: &impl EventStore) -> std::collections::BTreeMap<String, Vec<u64>> {
    let events = store.read_log(ReadLog::new(Query::all())).await.unwrap().events;
    let steps: Vec<_> = events.iter().map(Step::read).collect();
    expected(&steps)
}

async fn so_that_nobody_has_to_wait<S: InlineStore + DocumentSink>(store: S) {
    let steps = followed(40);
    let (before, after) = steps.split_at(15);
    append(&store, before.iter().map(Step::event)).await;
    let app = App::builder(store.clone()).inline(Journal).build().await.unwrap();
    assert_eq!(documents(&store).await, expected(before), "what was there is applied before the app starts");

    for (done, step) in (16..).zip(after) {
        let receipt = append(&store, [step.event()]).await;
        assert_eq!(documents(&store).await, expected(&steps[..done]));
        soon(app.wait_for::<Journal>(&receipt)).await.unwrap();
    }
    soon(app.caught_up()).await.unwrap();
    app.shutdown().await;
}

#[tokio::test]
async fn so_that_nobody_has_to_wait_in_memory() {
    so_that_nobody_has_to_wait(MemoryStore::new()).await;
}

#[tokio::test]
async fn so_that_nobody_has_to_wait_in_a_file() {
    let (store, _folder) = sqlite().await;
    so_that_nobody_has_to_wait(store).await;
}

/// Appends in one call and by many tasks: whoever cannot be applied takes nobody with it.
async fn and_fails_with_them<S: InlineStore + DocumentSink>(store: S) {
    let app = App::builder(store.clone()).inline(Journal).build().await.unwrap();
    let error = store.append_one(Append::new([noted("a"), broken()])).await.unwrap_err();
    assert_eq!(
        factum::Causes(&error).to_string().split(':').next(),
        Some("applying journal_v1 in the append failed")
    );
    assert_eq!(store.head().await.unwrap().get(), 0, "nothing of it is written");

    let call = store.append(vec![
        Append::new([noted("b")]),
        Append::new([broken()]),
        Append::new([unrelated(), noted("b")]),
    ]);
    let outcomes: Vec<_> = call.await.iter().map(Result::is_ok).collect();
    assert_eq!(outcomes, [true, false, true]);

    let many = (0..64).map(|n| {
        let event = if n % 16 == 5 { broken() } else { noted(&format!("k{}", n % 3)) };
        let store = store.clone();
        async move { store.append_one(Append::new([event])).await.is_ok() }
    });
    let outcomes = join_all(many).await;
    assert_eq!(outcomes.iter().filter(|is_ok| !**is_ok).count(), 4);
    assert_eq!(store.head().await.unwrap().get(), 3 + 60);
    assert_eq!(documents(&store).await, folded(&store).await);
    app.shutdown().await;
}

#[tokio::test]
async fn and_fails_with_them_in_memory() {
    and_fails_with_them(MemoryStore::new()).await;
}

#[tokio::test]
async fn and_fails_with_them_in_a_file() {
    let (store, _folder) = sqlite().await;
    and_fails_with_them(store).await;
}

/// One handle has the projection, another one of the same log has not.
async fn whoever_writes_beside<S: InlineStore + DocumentSink>(store: S, other: S) {
    let app = App::builder(store.clone()).inline(Journal).build().await.unwrap();
    let mut last = None;
    for round in 0..20 {
        let events = |n: usize| followed(100).into_iter().skip(7 * round + n).map(|step| step.event());
        let (here, there) =
            tokio::join!(append(&store, events(0).take(3)), append(&other, events(3).take(1 + round % 3)));
        last = Some(if here.position() > there.position() { here } else { there });
        if round % 5 == 4 {
            soon(app.wait_for::<Journal>(last.as_ref().unwrap())).await.unwrap();
            assert_eq!(documents(&store).await, folded(&store).await);
            append(&store, [noted("inline")]).await;
            assert_eq!(
                documents(&store).await,
                folded(&store).await,
                "it has gone back to applying in the append"
            );
        }
    }
    soon(app.wait_for::<Journal>(&last.unwrap())).await.unwrap();
    assert_eq!(documents(&store).await, folded(&store).await);
    app.shutdown().await;
}

#[tokio::test]
async fn whoever_writes_beside_them_in_a_file() {
    let (store, _folder) = sqlite().await;
    let other = SqliteStore::open(store.path()).await.unwrap();
    whoever_writes_beside(store, other).await;
}

/// Only one line is different.
async fn and_the_lifecycle_can_change<S: InlineStore + DocumentSink>(store: S) {
    let steps = followed(60);
    let mut done = 0;
    for (round, part) in steps.chunks(10).enumerate() {
        let app = App::builder(store.clone());
        let app = match round % 3 {
            0 => app.projection(Journal),
            1 => app.inline(Journal),
            _ => app.live(Journal),
        };
        let app = app.build().await.unwrap();
        for step in part {
            let receipt = append(&store, [step.event()]).await;
            done += 1;
            soon(app.wait_for::<Journal>(&receipt)).await.unwrap();
            let all = app.model::<Documents<Journal>>().unwrap().all().await.unwrap();
            let all = all.into_iter().map(|(key, entries)| (key, entries.positions)).collect();
            assert_eq!(expected(&steps[..done]), all, "{round}");
        }
        app.shutdown().await;
    }
}

#[tokio::test]
async fn and_the_lifecycle_can_change_in_memory() {
    and_the_lifecycle_can_change(MemoryStore::new()).await;
}

#[tokio::test]
async fn and_the_lifecycle_can_change_in_a_file() {
    let (store, _folder) = sqlite().await;
    and_the_lifecycle_can_change(store).await;
}

/// Two apps, and a read model that is made anew while both write.
async fn while_it_is_made_anew<S: InlineStore + DocumentSink>(store: S) {
    let mut apps = Vec::new();
    for _ in 0..2 {
        apps.push(App::builder(store.clone()).inline(Journal).build().await.unwrap());
    }
    let generation = apps[0].rebuild::<Journal>().await.unwrap();
    let writers = (0..8).map(|n| {
        let store = store.clone();
        async move {
            for step in followed(40).into_iter().skip(n) {
                append(&store, [step.event()]).await;
                tokio::task::yield_now().await;
            }
        }
    });
    join_all(writers).await;
    for app in &apps {
        soon(app.rebuilt::<Journal>(generation)).await.unwrap();
        soon(app.caught_up()).await.unwrap();
    }
    append(&store, [noted("later")]).await;
    let all = apps[1].model::<Documents<Journal>>().unwrap().all().await.unwrap();
    let all: std::collections::BTreeMap<_, _> =
        all.into_iter().map(|(key, entries)| (key, entries.positions)).collect();
    assert_eq!(all, folded(&store).await);
    for app in apps {
        app.shutdown().await;
    }
}

#[tokio::test]
async fn while_it_is_made_anew_in_memory() {
    while_it_is_made_anew(MemoryStore::new()).await;
}

#[tokio::test]
async fn while_it_is_made_anew_in_a_file() {
    let (store, _folder) = sqlite().await;
    while_it_is_made_anew(store).await;
}

/// By asking again and again.
async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    soon(async {
        while !is_so().await {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    })
    .await;
}

/// Somebody sets the checkpoint back while the app runs: everything is applied anew.
async fn also_after_a_reset<S: InlineStore + DocumentSink>(store: S) {
    let app = App::builder(store.clone()).inline(Journal).build().await.unwrap();
    append(&store, followed(20).iter().map(Step::event)).await;
    // By the runner too, which has come as far as the appends.
    let receipt = append(&store, [unrelated(), noted("a")]).await;
    until(async || app.progress()[0].1.partitions[0].position == receipt.position()).await;
    let collection = Collection::new("journal", 1).unwrap();
    store.discard(&collection).await.unwrap();
    store.prepare(&collection).await.unwrap();
    store.reset(&CheckpointKey::new(collection.consumer().unwrap(), store.log_id())).await.unwrap();
    append(&store, [noted("b")]).await;
    until(async || documents(&store).await == folded(&store).await).await;
    append(&store, [noted("c")]).await;
    assert_eq!(documents(&store).await, folded(&store).await, "it has gone back to applying in the append");
    app.shutdown().await;
}

#[tokio::test]
async fn also_after_a_reset_in_memory() {
    also_after_a_reset(MemoryStore::new()).await;
}

#[tokio::test]
async fn also_after_a_reset_in_a_file() {
    let (store, _folder) = sqlite().await;
    also_after_a_reset(store).await;
}

#[tokio::test]
async fn in_one_partition_only() {
    let runner = Runner::new(Journal).partitions(2);
    let error = App::builder(MemoryStore::new()).run_inline(runner).build().await.unwrap_err();
    assert_eq!(
        format!("{error:?}"),
        "starting inline projection journal: running journal failed: a projection that takes part in appends has one partition"
    );
}
