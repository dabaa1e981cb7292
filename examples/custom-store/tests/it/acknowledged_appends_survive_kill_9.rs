use crate::{
    child::{self, Process},
    place::{Place, event, log},
};
use custom_store::FileStore;
use factum_core::{Append, EventAppender, EventId, EventReader};
use std::path::Path;

const NAME: &str = "acknowledged_appends_survive_kill_9::whatever_was_under_way";

/// Kills a process that appends, again and again on one file, and looks for what it had acknowledged.
#[tokio::test]
async fn whatever_was_under_way() {
    if let Some(path) = child::is_child() {
        return append_until_killed(&path).await;
    }
    let place = Place::new();
    let mut acknowledged: Vec<EventId> = Vec::new();
    for round in 1..=10 {
        let mut process = Process::start(NAME, &place.path());
        let mut said: Vec<_> = (0..round * 7).map(|_| process.next().expect("it goes on for ever")).collect();
        process.kill();
        said.extend(process.rest());
        acknowledged.extend(said.iter().map(|id| id.parse::<EventId>().unwrap()));

        let store = place.open();
        let found = store.find(&acknowledged).await.unwrap();
        assert!(found.iter().all(Option::is_some), "round {round}: {found:?}");
        for append in log(&store).await.chunks(3) {
            let whole = append.len() == 3 && append.iter().all(|event| event.metadata == append[0].metadata);
            assert!(whole, "round {round}: {append:?}");
        }
    }
}

/// Appends of three events, which all name the append in their metadata.
async fn append_until_killed(path: &Path) {
    let store = FileStore::open(path).unwrap();
    loop {
        let mark = EventId::random().to_string();
        let mut events = ["a", "b", "a"].map(event);
        events.iter_mut().for_each(|event| event.metadata.actor = Some(mark.repeat(100)));
        let last = events[2].id;
        store.append_one(Append::new(events)).await.unwrap();
        child::say(&last.to_string());
    }
}
