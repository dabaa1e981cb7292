use crate::{
    generated::{self, Random},
    place::{Place, Printed},
};
use serde_json::Value;

const ROUNDS: u64 = 20;
const EVENTS: u64 = 20_000;
const STREAMS: u64 = 300;

/// Kills imports of one log at random moments until one comes to its end, and compares what is in the store with the
/// log.
#[test]
fn an_import_is_resumed_after_each_kill() {
    let seed = std::env::var("FACTUM_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7);
    println!("FACTUM_TEST_SEED={seed}");
    let log = generated::log(seed, EVENTS, STREAMS);
    let kills: u64 = std::thread::scope(|scope| {
        let halves = [0, 1].map(|half| {
            let log = &log;
            let rounds = (half..ROUNDS).step_by(2);
            scope.spawn(move || rounds.map(|n| round(seed.wrapping_add(n << 32), log)).sum::<u64>())
        });
        halves.into_iter().map(|half| half.join().unwrap()).sum()
    });
    assert!(kills >= ROUNDS / 2, "only {kills} imports were killed before they had ended by themselves");
}

/// How many imports were killed.
fn round(seed: u64, log: &[u8]) -> u64 {
    let mut random = Random(seed);
    let place = Place::new();
    place.write("log.ndjson", log);
    let batch = 100 + random.below(500);
    let kills = 1 + random.below(3);
    println!("round with seed {seed}: --batch {batch}, {kills} kills");
    let mut killed = 0;
    for _ in 0..kills {
        let moment = random.below(EVENTS / batch);
        killed += u64::from(import_and_kill(&place, batch, moment));
    }
    let summary = place.objects(&format!("import log.ndjson --json --quiet --batch {batch}")).pop().unwrap();
    assert_eq!(summary["summary"]["lines"], EVENTS);
    assert!(place.ok("export").as_bytes() == log, "seed {seed}: the export differs from the log");
    killed
}

/// Whether the import was killed before it had ended. What it had reported by then has to be in the log.
fn import_and_kill(place: &Place, batch: u64, moment: u64) -> bool {
    let mut child = place.command(&format!("import log.ndjson --json --batch {batch}")).spawn().unwrap();
    let printed = Printed::by(&mut child);
    let before: Vec<_> = (0..moment).map_while(|_| printed.next()).collect();
    child.kill().unwrap();
    let was_killed = child.wait().unwrap().code().is_none();
    let after = std::iter::from_fn(|| printed.next());
    // The last line may have been cut off.
    let objects =
        before.into_iter().chain(after).filter_map(|line| serde_json::from_str::<Value>(&line).ok());
    if let Some(reported) = objects.filter_map(|object| object["progress"]["line"].as_u64()).max() {
        let events = place.objects("stats --json")[0]["events"].as_u64().unwrap();
        assert!(events >= reported, "{reported} lines were reported, {events} events are there");
    }
    was_killed
}
