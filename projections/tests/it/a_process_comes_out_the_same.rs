//! Whatever order events come in, however often and however late, and wherever the program is ended: what a process does is what
//! a simple model of it says.

use crate::given::{Shipping, TO_PAY, append, fired, happened, paid, placed, settle};
use factum::{App, Append, AppendError, NewEvent, store::EventAppender as _};
use factum_projections::{AppBuilderExt as _, ProcessRunner};
use factum_store_memory::MemoryStore;
use factum_testkit::VirtualClock;
use proptest::prelude::*;
use std::{collections::BTreeMap, time::Duration};

const ORDERS: usize = 4;

#[derive(Clone, Debug)]
enum Step {
    Place(usize),
    Pay(usize),
    /// What was appended before, so long ago, is appended again.
    Duplicate(usize),
    /// So many seconds pass.
    Wait(u64),
    /// The process has done what it can by then.
    Settle,
    /// The program is ended, whatever it does, and started anew.
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..ORDERS).prop_map(Step::Place),
        4 => (0..ORDERS).prop_map(Step::Pay),
        2 => (0..4_usize).prop_map(Step::Duplicate),
        2 => (1..90_u64).prop_map(Step::Wait),
        1 => Just(Step::Settle),
        1 => Just(Step::Restart),
    ]
}

/// What a simple model says of an order.
#[derive(Clone, Debug, Default)]
struct Model {
    placed: u32,
    paid: u32,
    /// When it has to be paid, in seconds since the beginning.
    due: Option<u64>,
    cancelled: bool,
}

impl Model {
    fn place(&mut self, now: u64) {
        self.placed += 1;
        if self.placed == 1 && self.paid == 0 {
            self.due = Some(now + TO_PAY.as_secs());
        }
    }

    fn pay(&mut self) {
        self.paid += 1;
        if self.paid == 1 && self.placed > 0 {
            self.due = None;
        }
    }

    fn wait(&mut self, now: u64) {
        if self.due.is_some_and(|due| due <= now) {
            (self.due, self.cancelled) = (None, true);
        }
    }

    /// In alphabetical order. It is shipped when it is placed and paid, however late.
    fn happened(&self) -> Vec<String> {
        let shipped = (self.placed > 0 && self.paid > 0).then_some("Shipped");
        let cancelled = self.cancelled.then_some("Cancelled");
        cancelled.into_iter().chain(shipped).map(str::to_owned).collect()
    }
}

async fn run(steps: &[Step], partitions: u16) -> Result<(), TestCaseError> {
    let clock = VirtualClock::new();
    let store = MemoryStore::with_clock(clock.clone());
    let start = || {
        let runner = ProcessRunner::<Shipping>::new().partitions(partitions);
        App::builder(store.clone()).run_process(runner).build()
    };
    let mut app = start().await.expect("an app");
    let (mut models, mut now) = (BTreeMap::<usize, Model>::new(), 0);
    let mut appended: Vec<NewEvent> = Vec::new();
    for step in steps {
        match step {
            Step::Place(order) => {
                models.entry(*order).or_default().place(now);
                appended.push(placed(&order.to_string()));
                append(&store, appended.last().cloned()).await;
            }
            Step::Pay(order) => {
                models.entry(*order).or_default().pay();
                appended.push(paid(&order.to_string()));
                append(&store, appended.last().cloned()).await;
            }
            Step::Duplicate(ago) => {
                if let Some(event) = appended.iter().rev().nth(*ago) {
                    let again = store.append_one(Append::new([event.clone()])).await;
                    prop_assert!(matches!(again, Err(AppendError::DuplicateEvent(_))), "{again:?}");
                }
            }
            Step::Wait(seconds) => {
                // What was appended before has been reacted to, so that it is known what is cancelled in time.
                settle(&app, &clock).await;
                now += seconds;
                clock.advance(Duration::from_secs(*seconds));
                settle(&app, &clock).await;
                models.values_mut().for_each(|model| model.wait(now));
            }
            Step::Settle => settle(&app, &clock).await,
            Step::Restart => {
                app.shutdown().await;
                app = start().await.expect("an app");
            }
        }
    }
    settle(&app, &clock).await;
    for (order, model) in &models {
        let mut found = happened(&store, &order.to_string()).await;
        found.sort();
        prop_assert_eq!(found, model.happened(), "order {} of {:?}", order, model);
    }
    let cancelled = models.values().filter(|model| model.cancelled).count();
    prop_assert_eq!(fired(&store).await.len(), cancelled, "deadlines that have fired");
    app.shutdown().await;
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_order_the_delays_and_the_restarts(
        steps in prop::collection::vec(step(), 1..40),
        partitions in 1..4_u16,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(run(&steps, partitions))?;
    }
}
