use crate::given::Noted;
use crate::given::{Call, Fault, Faulty, Kind, append, broken, noted, soon};
use async_trait::async_trait;
use factum::{
    App, ConsumerName, Position, QuarantineStore as _, Recorded,
    projection::{Reaction, Reactor},
    quarantine::{ListParked, Request},
    sink::WorkError,
    store::EventReader as _,
};
use factum_macros::Projection;
use factum_projections::{AppBuilderExt, AppExt, OnFailure, Reacting, Runner, Start};
use factum_store_memory::MemoryStore;
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

/// Writes down what it is told to do, and fails at the key `poison` until it has been mended.
#[derive(Clone, Default, Projection)]
#[projection(name = "mailer", events(Noted))]
struct Mailer {
    sent: Arc<Mutex<Vec<(u64, String)>>>,
    mended: Arc<AtomicBool>,
}

#[async_trait]
impl Reactor for Mailer {
    async fn react(&self, event: &Recorded<MailerEvent>, reaction: &Reaction) -> Result<(), WorkError> {
        let MailerEvent::Noted(Noted { keys }) = &event.event;
        if keys[0] == "poison" && !self.mended.load(Relaxed) {
            return Err("nobody is there".into());
        }
        self.sent.lock().unwrap().push((event.position().get(), reaction.key().to_owned()));
        Ok(())
    }
}

impl Mailer {
    fn sent(&self) -> Vec<u64> {
        self.sent.lock().unwrap().iter().map(|(position, _)| *position).collect()
    }
}

fn from_the_beginning(mailer: &Mailer) -> Runner<Reacting<Mailer>> {
    Runner::reactor(mailer.clone()).from(Start::Beginning)
}

#[tokio::test]
async fn from_when_it_has_run_for_the_first_time() {
    let store = MemoryStore::new();
    let mailer = Mailer::default();
    append(&store, [noted("before")]).await;
    let app = App::builder(store.clone()).reactor(mailer.clone()).build().await.unwrap();
    append(&store, [noted("first")]).await;
    app.caught_up().await.unwrap();
    app.shutdown().await;
    append(&store, [noted("while it does not run")]).await;
    let app = App::builder(store.clone()).reactor(mailer.clone()).build().await.unwrap();
    app.caught_up().await.unwrap();
    assert_eq!(mailer.sent(), [2, 3]);
}

#[tokio::test]
async fn with_the_same_key_when_it_is_told_again() {
    for fault in [Fault::Before(Kind::Transient), Fault::After(Kind::Transient)] {
        let store = Faulty::new(MemoryStore::new()).at(Call::Commit, 1, fault);
        append(&store, (0..250).map(|n| noted(&n.to_string()))).await;
        let mailer = Mailer::default();
        let app = App::builder(store.clone()).run(from_the_beginning(&mailer)).build().await.unwrap();
        soon(app.caught_up()).await.unwrap();
        let keys: BTreeSet<_> = mailer.sent.lock().unwrap().iter().cloned().collect();
        assert_eq!(keys.len(), 250, "each event has one key");
        assert!(mailer.sent().len() <= 350, "a batch at most is repeated");
        assert!(store.is_played());
        app.shutdown().await;
    }
}

#[tokio::test]
async fn and_once_where_nothing_goes_wrong_but_what_it_does_itself() {
    let store = MemoryStore::new();
    let event = |stream: &str, key: &str| {
        let mut event = noted(key);
        event.stream = stream.parse().unwrap();
        event
    };
    let mailer = Mailer::default();
    let runner = from_the_beginning(&mailer).on_failure(OnFailure::Quarantine { attempts: 1 });
    let app = App::builder(store.clone()).run(runner).build().await.unwrap();
    let events = [("a-1", "x"), ("a-2", "poison"), ("a-1", "y"), ("a-2", "z"), ("a-3", "x")];
    append(&store, events.map(|(stream, key)| event(stream, key)).into_iter().chain([broken()])).await;
    soon(app.caught_up()).await.unwrap();
    assert_eq!(mailer.sent(), [1, 3, 5]);

    let consumer = ConsumerName::new("mailer_v1").unwrap();
    let all = || ListParked::new(consumer.clone(), store.log_id());
    store.request(&consumer, store.log_id(), None, None, Request::Retry).await.unwrap();
    soon(async {
        let attempts = async || {
            let parked = store.parked(all().heads()).await.unwrap();
            parked
                .iter()
                .map(|parked| parked.failure.as_ref().map_or(0, |failure| failure.attempts))
                .collect::<Vec<_>>()
        };
        while attempts().await != [2, 2] {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    })
    .await;
    assert_eq!(mailer.sent(), [1, 3, 5], "what fails again stays");

    mailer.mended.store(true, Relaxed);
    let lane = "stream a-2".parse().unwrap();
    store.request(&consumer, store.log_id(), Some(&lane), None, Request::Retry).await.unwrap();
    soon(async {
        while mailer.sent().len() < 5 {
            tokio::task::yield_now().await;
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    })
    .await;
    assert_eq!(mailer.sent(), [1, 3, 5, 2, 4]);
    let parked = store.parked(all()).await.unwrap();
    assert_eq!(parked.iter().map(|parked| parked.position).collect::<Vec<_>>(), [Position::new(6)]);
}
