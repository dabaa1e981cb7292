use crate::{
    child::{self, Process},
    place::{Place, event, log, stream},
};
use factum_core::{
    Append, EventId, EventReader, ExpectedVersion, RecordedEvent,
    store::{EventAppender, EventReaderExt},
};
use factum_store_sqlite::SqliteStore;
use std::{collections::HashMap, env, path::Path};

const NAME: &str = "acknowledged_appends_survive_kill_9::whatever_was_under_way";
const ROUNDS: u64 = 20;
const TASKS: u64 = 4;

/// Kills a process that appends at a random moment, again and again in one log, and looks for what it had acknowledged.
#[tokio::test]
async fn whatever_was_under_way() {
    if let Some(path) = child::is_child() {
        return append_until_killed(&path).await;
    }
    let seed = env::var("FACTUM_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7);
    println!("FACTUM_TEST_SEED={seed}");
    let (mut random, place) = (Random(seed), Place::new());
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        let mut process = Process::start(NAME, &place.path());
        let mut said: Vec<_> =
            (0..random.below(200)).map(|_| process.next().expect("it goes on for ever")).collect();
        process.kill();
        said.extend(std::iter::from_fn(|| process.next()));
        acknowledged += said.len() as u64;
        println!("round {round}: killed after {} acknowledged appends", said.len());

        let store = place.open().await;
        for said in said {
            let (position, id) = said.split_once(' ').unwrap();
            let found = store.find(&[EventId(id.parse().unwrap())]).await.unwrap();
            assert_eq!(found, [Some(factum_core::Position::new(position.parse().unwrap()))], "round {round}");
        }
    }
    assert!(acknowledged > 0, "no append was acknowledged in any round");
    check(&log(&place.open().await).await);
}

/// Positions and versions have no holes, and each append is there with all of its three events or not at all.
fn check(log: &[RecordedEvent]) {
    let mut versions: HashMap<_, u64> = HashMap::new();
    for (index, event) in log.iter().enumerate() {
        assert_eq!(event.position.get(), index as u64 + 1);
        let version = versions.entry(&event.stream).or_default();
        *version += 1;
        assert_eq!(event.version.get(), *version, "{event:?}");
    }
    for append in log.chunks(3) {
        let payloads: Vec<_> = append.iter().map(|event| &event.payload).collect();
        assert!(payloads.len() == 3 && payloads.iter().all(|p| *p == payloads[0]), "{append:?}");
    }
}

async fn append_until_killed(path: &Path) {
    let store = SqliteStore::open(path).await.unwrap();
    let tasks = (0..TASKS).map(|task| append(&store, task));
    futures_util::future::join_all(tasks).await;
}

/// Each append writes to a stream of the task's own, which has a version that is known, and to one that all share.
async fn append(store: &SqliteStore, task: u64) {
    let own = task.to_string();
    let mut version = store.stream_version(stream(&own)).await.unwrap();
    loop {
        let mark = EventId::random().to_string();
        let padded = format!("{mark}{}", "x".repeat((version.get() % 50 * 100) as usize));
        let events = [event(&own, &padded), event("shared", &padded), event(&own, &padded)];
        let ids = [events[0].id, events[1].id, events[2].id];
        let append = Append::new(events).expect(stream(&own), ExpectedVersion::Exact(version));
        let receipt = store.append_one(append).await.unwrap();
        version = receipt.version_of(&stream(&own)).unwrap();
        child::say(&format!("{} {}", receipt.position(), ids[2]));
    }
}

/// Numbers that are the same for the same seed (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }
}
