use crate::place::{Place, until};
use factum_core::{
    Checkpoint, EventReader as _, Position,
    checkpoint::{Advance, Epoch},
    lease::{Group, Lease, LeaseStore as _, NodeId},
    sink::Sink as _,
};
use factum_store_postgres::{PgStore, PgWork};
use std::time::Duration;
use tokio::{sync::oneshot, task::JoinHandle, time::timeout};

const HOUR: Duration = Duration::from_secs(3_600);
const NO_TIME: Duration = Duration::ZERO;

/// A read model's transaction that is open until it is told to go on.
struct Committing {
    go_on: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Committing {
    /// It has moved this checkpoint when this returns, and not committed.
    async fn begin(store: &PgStore, advance: Advance) -> Self {
        let ((go_on, held), (entered, inside)) = (oneshot::channel(), oneshot::channel());
        let work = PgWork::new(move |_| {
            Box::pin(async move {
                entered.send(()).unwrap();
                held.await.unwrap();
                Ok(())
            })
        });
        let store = store.clone();
        let task = tokio::spawn(async move { store.commit(work, advance).await.unwrap() });
        inside.await.unwrap();
        Self { go_on, task }
    }

    async fn end(self) {
        self.go_on.send(()).unwrap();
        self.task.await.unwrap();
    }
}

/// How many checkpoints are locked.
async fn locked(place: &Place) -> i64 {
    let free = "WITH free AS (SELECT FROM checkpoints FOR NO KEY UPDATE SKIP LOCKED)
        SELECT (SELECT count(*) FROM checkpoints) - (SELECT count(*) FROM free)";
    place.sql().await.query_one(free, &[]).await.unwrap().get(0)
}

/// Of both a node's own partitions, the one is locked by its own transaction. Whoever waited for that would wait for ever here.
#[tokio::test]
async fn nor_does_whoever_wants_a_partition() {
    let place = Place::new().await;
    let store = place.open().await;
    let group = Group::new("balances".parse().unwrap(), store.log_id(), 2);
    let (node, other) = (NodeId::random(), NodeId::random());
    store.beat(&group, node, HOUR).await.unwrap();
    for partition in 0..2 {
        // They have ended by now.
        store.lease(&group, partition, node, NO_TIME).await.unwrap().unwrap();
    }
    let advance = Advance::new(group.key(0), Epoch::new(1), Position::new(5));
    let committing = Committing::begin(&store, advance).await;
    until("the checkpoint to be locked", async || locked(&place).await == 1).await;

    // The others' first beat, the node's own, and whoever wants the partition.
    let at_start = Checkpoint::new(Position::START, Epoch::new(1));
    let roll = soon(store.beat(&group, other, HOUR)).await.unwrap();
    assert_eq!((roll.nodes, roll.leases), (2, vec![Lease::new(at_start, None); 2]));
    assert_eq!(soon(store.lease(&group, 0, other, HOUR)).await.unwrap(), None);
    assert_eq!(soon(store.lease(&group, 0, node, HOUR)).await.unwrap(), None);
    let roll = soon(store.beat(&group, node, HOUR)).await.unwrap();
    assert_eq!((roll.nodes, roll.leases), (2, vec![Lease::new(at_start, Some(node)); 2]));
    // It has extended what it could, which is the other partition.
    assert_eq!(soon(store.lease(&group, 1, other, HOUR)).await.unwrap(), None);
    assert_eq!(locked(&place).await, 1, "nobody has waited for the transaction to end");

    committing.end().await;
    let taken = store.lease(&group, 0, other, HOUR).await.unwrap();
    assert_eq!(taken, Some(Checkpoint::new(Position::new(5), Epoch::new(2))), "its lease was left as it was");
}

async fn soon<F: Future>(answer: F) -> F::Output {
    timeout(Duration::from_secs(60), answer).await.expect("an answer, whoever commits")
}
