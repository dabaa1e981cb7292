use crate::given::{Faulty, Noted, append, noted, run};
use factum::{
    Documents, EventReader as _, Keys, NewEvent, Position, Recorded, Timestamp, View, app::Running as _,
};
use factum_macros::Projection;
use factum_projections::{
    live::Live,
    window::{OpenWindows, Windows},
};
use factum_store_memory::MemoryStore;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};
use tokio::runtime::Builder;

const WINDOWS: Windows = match Windows::sliding(Duration::from_secs(10), Duration::from_secs(4)) {
    Ok(windows) => windows.out_of_orderness(Duration::from_secs(2)).allowed_lateness(Duration::from_secs(5)),
    Err(_) => panic!("the slide is shorter than the size"),
};

/// Everything that windows have said, and their state.
#[derive(Clone, Copy, Projection)]
#[projection(name = "said", events(Noted))]
struct Said;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Notes {
    open: OpenWindows<String, Vec<u64>>,
    panes: Vec<(String, String, u64, Vec<u64>)>,
    late: Vec<(u64, String)>,
}

impl View for Said {
    type Key = String;
    type Document = Notes;

    fn keys(&self, _: &Recorded<SaidEvent>) -> Keys<String> {
        Keys::one("all".to_owned())
    }

    fn fold(&self, _: &String, notes: &mut Notes, event: &Recorded<SaidEvent>) {
        let SaidEvent::Noted(Noted { keys }) = &event.event;
        let position = event.position().get();
        let fired = notes.open.add(&WINDOWS, &keys[0], event.time(), |positions| positions.push(position));
        let panes = fired.panes.into_iter();
        notes.panes.extend(panes.map(|pane| (pane.key, pane.window.to_string(), pane.index, pane.value)));
        notes.late.extend(fired.late.iter().map(|window| (position, window.to_string())));
    }
}

fn event(key: usize, seconds: i64) -> NewEvent {
    noted(["a", "b"][key]).with_time(Timestamp::from_timestamp_secs(seconds).unwrap())
}

async fn document(reader: Documents<Said>) -> Notes {
    reader.get(&"all".to_owned()).await.unwrap().unwrap_or_default()
}

/// Follows the log in batches of these sizes, up to its end.
async fn follow(store: &MemoryStore, pages: &[usize]) {
    let (head, store) = (store.head().await.unwrap(), Faulty::new(store.clone()).pages(pages));
    let running = run(Said, store.clone(), store);
    running.waiter().reached(head).await.unwrap();
    running.stop().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_batches_of_any_size_and_after_a_restart_anywhere(
        steps in proptest::collection::vec((0..2_usize, -8..12_i64), 1..40),
        pages in proptest::collection::vec(1..6_usize, 1..4),
        stop in any::<proptest::sample::Index>(),
    ) {
        let events: Vec<NewEvent> =
            steps.iter().zip(-20..).map(|((key, step), time)| event(*key, time + step)).collect();
        let (before, after) = events.split_at(stop.index(events.len()));
        Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let store = MemoryStore::new();
            for part in [before, after] {
                append(&store, part.iter().cloned()).await;
                follow(&store, &pages).await;
            }
            assert_eq!(store.head().await.unwrap(), Position::new(events.len() as u64));
            let kept = document(Documents::new(Arc::new(store.clone()))).await;
            let live = document(Documents::new(Arc::new(Live::new(Said, store)))).await;
            assert_eq!(kept, live);
            assert!(!kept.open.is_empty());
        });
    }
}
