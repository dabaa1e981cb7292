use crate::place::{Place, event, log};
use custom_store::FileStore;
use factum_core::{Append, EventId, EventReader, store::EventAppenderExt};
use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};

const NAME: &str = "acknowledged_appends_survive_kill_9::whatever_was_under_way";
const PATH: &str = "CUSTOM_STORE_CHILD_OF";

/// Kills a process that appends, again and again on one file, and looks for what it had acknowledged.
#[tokio::test]
async fn whatever_was_under_way() {
    if let Some(path) = env::var_os(PATH) {
        return append_until_killed(Path::new(&path)).await;
    }
    let place = Place::new();
    let mut acknowledged = Vec::new();
    for round in 1..=10 {
        let said = killed_after(round * 7, &place.path());
        assert!(said.len() >= round * 7);
        acknowledged.extend(said);

        let store = place.open();
        let found = store.find(&acknowledged).await.unwrap();
        assert!(found.iter().all(Option::is_some), "round {round}: {found:?}");
        for append in log(&store).await.chunks(3) {
            let whole = append.len() == 3 && append.iter().all(|event| event.metadata == append[0].metadata);
            assert!(whole, "round {round}: {append:?}");
        }
    }
}

/// This test again, in a process of its own that is killed once it has acknowledged `count` appends. Gives the last id of each
/// append that it said it had written.
fn killed_after(count: usize, path: &Path) -> Vec<EventId> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", NAME, "--nocapture"])
        .env(PATH, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // A line that was cut off was not said.
    let lines = BufReader::new(child.stdout.take().unwrap()).split(b'\n');
    let mut said =
        lines.filter_map(|line| String::from_utf8(line.unwrap()).unwrap().strip_prefix("> ")?.parse().ok());
    let mut ids: Vec<EventId> = said.by_ref().take(count).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    ids.extend(said);
    ids
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
        std::io::stdout().write_all(format!("\n> {last}\n").as_bytes()).unwrap();
    }
}
