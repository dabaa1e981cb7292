use crate::{
    child::{self, Process},
    gate::{At, GO, HEARD, HELD},
    ledger::{append, balances, versions_written_by},
    node::{self, PARTITIONS},
    place::Place,
};
use factum_core::lease::NodeId;

const HALF: usize = PARTITIONS as usize / 2;

/// Two processes that have applied something; the one is held in the middle of a batch of each of its partitions, and then
/// stopped as a whole.
async fn stopped(place: &Place, test: &str, at: At) -> ([Process; 2], NodeId) {
    let ([mut stopped, other], [_, other_id]) = place.shared_by_two(test).await;
    place.applied(append(&place.store, 10).await).await;
    stopped.tell(at.order()).await;
    stopped.says(HEARD, 1).await;
    append(&place.store, 20).await;
    stopped.says(HELD, HALF).await;
    stopped.stop().await;
    // It hears that when it goes on.
    stopped.tell(GO).await;
    ([stopped, other], other_id)
}

/// Nothing was written by then, so that what it writes could be committed if it were not deposed: the other has come as far
/// as its batches go, and no further.
#[tokio::test]
async fn before_it_has_written() {
    if let Some(who) = child::is_child() {
        return node::run(who).await;
    }
    let place = Place::new().await;
    let test = "a_node_that_is_held_up_has_no_effect_when_it_goes_on::before_it_has_written";
    let ([mut stopped, _other], other_id) = stopped(&place, test, At::Reading).await;
    assert_eq!(place.open_transactions("one").await, 0);

    let holders = place.holders_are(|held| held.len() == 1).await;
    assert_eq!(holders.into_keys().collect::<Vec<_>>(), [other_id]);
    place.applied(place.head().await).await;
    let (model, positions) = (balances(&place.store).await, place.positions().await);
    stopped.go_on().await;
    stopped.says("partition was taken over", HALF).await;
    assert_eq!(balances(&place.store).await, model);
    assert_eq!(place.positions().await, positions);
    assert_eq!(versions_written_by(&place.store, "one").await, [1]);

    takes_part_again(&place).await;
}

/// Its transactions keep the others out of its partitions, until the server ends them.
#[tokio::test]
async fn when_it_has_written_and_not_committed() {
    if let Some(who) = child::is_child() {
        return node::run(who).await;
    }
    let place = Place::new().await;
    let test = "a_node_that_is_held_up_has_no_effect_when_it_goes_on::when_it_has_written_and_not_committed";
    let ([mut stopped, _other], other_id) = stopped(&place, test, At::Writing).await;
    assert_eq!(place.open_transactions("one").await, HALF as i64);
    let head = append(&place.store, 30).await;

    let holders = place.holders_are(|held| held.len() == 1).await;
    assert_eq!(holders.into_keys().collect::<Vec<_>>(), [other_id]);
    place.applied(head).await;
    let (model, positions) = (balances(&place.store).await, place.positions().await);
    stopped.go_on().await;
    stopped.says("partition will begin again at its checkpoint", HALF).await;
    assert_eq!(balances(&place.store).await, model);
    assert_eq!(place.positions().await, positions);
    assert_eq!(versions_written_by(&place.store, "one").await, [1]);

    takes_part_again(&place).await;
}

/// It is given its share anew, and what both make of what comes then is right.
async fn takes_part_again(place: &Place) {
    place.holders_are(|held| held.len() == 2 && held.values().all(|n| *n == HALF)).await;
    place.applied(append(&place.store, 40).await).await;
    place.is_right().await;
    let last = place.versions().await;
    for node in ["one", "two"] {
        assert_eq!(versions_written_by(&place.store, node).await.last(), Some(&last), "of {node}");
    }
}
