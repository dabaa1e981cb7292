use crate::given::{findings, found_in, take_in};
use clerks::{
    log::{generate::Generated, import::Imported},
    read::{Clerk, GetFindings, HandlingTimes},
    store::{Clerks, Place},
};
use factum::prelude::*;

/// Every clerk's document.
async fn documents(app: &App) -> Vec<Option<Clerk>> {
    let mut documents = Vec::new();
    for index in 0..8 {
        let number = (10_600 + 11 * index).to_string();
        documents.push(app.ask(HandlingTimes::get(number)).await.unwrap());
    }
    documents
}

#[tokio::test]
async fn whatever_is_applied_together() {
    let log = Generated::new(5);
    let mut seen = Vec::new();
    for at_once in [7, 500, 10_000] {
        let app = Place::Memory.open(Clerks).await.unwrap();
        // Waiting now and then, so that batches end where appends do.
        for part in log.lines.chunks(at_once * 40) {
            take_in(&app, part, at_once).await;
            app.caught_up().await.unwrap();
        }
        seen.push((findings(&app).await, documents(&app).await));
        app.shutdown().await;
    }
    assert!(seen[0].1.iter().all(Option::is_some));
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

#[tokio::test]
async fn wherever_it_is_broken_off() {
    let log = Generated::new(6);
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Sqlite(folder.path().join("clerks.db"));
    let mut present = 0;
    for end in [1, 4_000, 4_001, 11_111, log.lines.len(), log.lines.len()] {
        let app = place.open(Clerks).await.unwrap();
        let imported = take_in(&app, &log.lines[..end], 1_000).await;
        assert_eq!(imported, Imported { added: end - present, present });
        present = end;
        app.caught_up().await.unwrap();
        app.shutdown().await;
    }
    let app = place.open(Clerks).await.unwrap();
    assert_eq!(findings(&app).await, found_in(&log.lines).await);
    app.shutdown().await;
}

#[tokio::test]
async fn and_kept_documents_are_those_that_are_folded_from_the_log() {
    let log = Generated::new(7);
    let store = MemoryStore::new();
    let kept = App::builder(store.clone()).projection(HandlingTimes).build().await.unwrap();
    take_in(&kept, &log.lines, 1_000).await;
    let folded = App::builder(store).live(HandlingTimes).build().await.unwrap();
    assert_eq!(findings(&kept).await, folded.ask(GetFindings).await.unwrap());
    assert_eq!(documents(&kept).await, documents(&folded).await);
    kept.shutdown().await;
    folded.shutdown().await;
}
