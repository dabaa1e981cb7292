use crate::{
    child,
    gate::{At, HEARD, HELD},
    ledger::{append, versions_written_by},
    node::{self, PARTITIONS},
    place::Place,
};

const HALF: usize = PARTITIONS as usize / 2;

/// Two processes share a projection. One is killed when it has written a batch in each of its partitions and committed none.
#[tokio::test]
async fn and_the_other_takes_over_everything() {
    if let Some(who) = child::is_child() {
        return node::run(who).await;
    }
    let place = Place::new().await;
    let test = "a_node_that_is_killed_leaves_no_half_batch::and_the_other_takes_over_everything";
    let ([mut killed, _other], [_, other_id]) = place.shared_by_two(test).await;
    place.applied(append(&place.store, 10).await).await;
    let before = place.checkpoints().await;

    killed.tell(At::Writing.order()).await;
    killed.says(HEARD, 1).await;
    append(&place.store, 20).await;
    killed.says(HELD, HALF).await;
    assert_eq!(place.open_transactions("one").await, HALF as i64);
    killed.kill().await;
    let head = append(&place.store, 30).await;

    let holders = place.holders_are(|held| held.len() == 1).await;
    assert_eq!(holders.into_keys().collect::<Vec<_>>(), [other_id]);
    place.applied(head).await;
    place.is_right().await;
    assert_eq!(versions_written_by(&place.store, "one").await, [1]);
    assert_eq!(versions_written_by(&place.store, "two").await, [1, 2, 3]);
    // What it had was given to another owner, once; what the other had before stayed with it.
    let mut given: Vec<_> = before
        .iter()
        .zip(place.checkpoints().await)
        .map(|(before, after)| after.epoch.get() - before.epoch.get())
        .collect();
    given.sort_unstable();
    assert_eq!(given, [[0; HALF], [1; HALF]].concat());
}
