use super::ledger::{Ledger, deposits, positions, put};
use factum::prelude::*;
use factum_testkit::deterministic;
use std::{
    collections::BTreeSet,
    mem::take,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

/// Which value of the projection was given which batch.
type Batches = Vec<(usize, Vec<u64>)>;

/// The batches of each run over four events, each of an account of its own.
fn runs(with: fn(Ledger) -> Ledger) -> Vec<Batches> {
    let (runs, batches) = (Mutex::new(Vec::new()), Arc::new(Mutex::new(Batches::new())));
    let made = AtomicUsize::new(0);
    let make = || {
        let (value, batches) = (made.fetch_add(1, Relaxed), Arc::clone(&batches));
        with(Ledger::new(move |_, events| {
            batches.lock().unwrap().push((value, positions(events)));
            put(Default::default())
        }))
    };
    let sink = async |_| {
        // One value has been made by the check itself before there is a sink, and none of this run.
        made.store(0, Relaxed);
        MemoryStore::new()
    };
    let read = async |_: &MemoryStore| runs.lock().unwrap().push(take(&mut *batches.lock().unwrap()));
    deterministic(make).events(deposits(["1", "2", "3", "4"])).check_in(sink, read);
    runs.into_inner().unwrap()
}

fn batches<const N: usize>(batches: [(usize, &[u64]); N]) -> Batches {
    batches.into_iter().map(|(value, positions)| (value, positions.to_vec())).collect()
}

#[test]
fn with_the_batches_and_the_runners_that_it_names() {
    let runs = runs(|ledger| ledger);
    assert_eq!(runs.len(), 13);
    let whole = batches([(0, &[1, 2, 3, 4])]);
    assert_eq!(runs[0], whole, "in one go");
    assert_eq!(runs[1], whole, "once more");
    let single = batches([(0, &[1]), (0, &[2]), (0, &[3]), (0, &[4])]);
    assert_eq!(runs[2], single, "in batches of 1");
    assert_eq!(runs[3], batches([(0, &[1, 2]), (0, &[3, 4])]), "in batches of 2");
    assert_eq!(runs[4], batches([(0, &[1, 2, 3]), (0, &[4])]), "in batches of 3");

    // How many pages there are in a batch depends on how fast it is committed.
    let in_pages: Vec<_> = runs[5].iter().flat_map(|(_, positions)| positions).collect();
    assert_eq!((runs[5][0].1.len(), in_pages), (1, vec![&1, &2, &3, &4]), "in pages of 1");

    assert_eq!(runs[6], batches([(0, &[1]), (1, &[2]), (2, &[3]), (3, &[4])]), "with restarts");
    let twice: Batches = single.iter().flat_map(|batch| [batch.clone(), batch.clone()]).collect();
    assert_eq!(runs[7], twice, "with every batch delivered twice");
    assert_eq!(runs[8], single, "with the answer to every commit lost");
    let crashed: [(usize, &[u64]); 8] =
        [(0, &[1]), (1, &[1]), (1, &[2]), (2, &[2]), (2, &[3]), (3, &[3]), (3, &[4]), (4, &[4])];
    assert_eq!(runs[9], batches(crashed), "with a crash before every commit");

    for run in &runs[10..] {
        assert!(run.len() > 1, "in one partition: {run:?}");
        let all: BTreeSet<_> = run.iter().flat_map(|(_, positions)| positions).collect();
        assert_eq!(all, BTreeSet::from([&1, &2, &3, &4]));
    }
}

#[test]
fn and_no_larger_batches_than_the_projection_wants() {
    let runs = runs(|ledger| ledger.most(2));
    assert_eq!(runs[0], batches([(0, &[1, 2]), (0, &[3, 4])]), "in one go");
}
