//! Conditions on tags and types, with others under way who write what they ask for.

use crate::{
    log::{append_in, event, matched, positions, small, tag, tagged},
    place::Place,
};
use factum_core::{
    Append, AppendCondition, AppendError, EventAppender, EventType, NewEvent, Position, Query, QueryItem,
    Receipt,
};
use factum_store_postgres::PgStore;
use tokio::task::JoinHandle;

fn if_nothing_matches(item: QueryItem) -> AppendCondition {
    AppendCondition::new(Query::from(item), Position::START)
}

fn unless_tagged(key: &str, name: &str) -> Append {
    tagged(key, name).fail_if(if_nothing_matches(QueryItem::tags([tag(name)])))
}

fn spawn(store: &PgStore, append: Append) -> JoinHandle<Result<Receipt, AppendError>> {
    let store = store.clone();
    tokio::spawn(async move { store.append_one(append).await })
}

/// Both have sent their append, and wait for one who holds the tag.
#[tokio::test]
async fn so_one_of_two_processes_wins() {
    let place = Place::new().await;
    let (store, other) = (place.open().await, place.open().await);
    for round in 0..3 {
        let name = format!("seat:{round}");
        let mut holder = store.pool().begin().await.unwrap();
        append_in(&store, &mut holder, tagged("holder", &name)).await;
        let both = [spawn(&store, unless_tagged("a", &name)), spawn(&other, unless_tagged("b", &name))];
        place.waits(2).await;
        holder.rollback().await.unwrap();
        let mut won = Vec::new();
        let mut lost = Vec::new();
        for outcome in both {
            match outcome.await.unwrap() {
                Ok(receipt) => won.push(receipt.position()),
                refused => lost.push(matched(refused)),
            }
        }
        assert_eq!((won.len(), &lost), (1, &won), "round {round}");
    }
    assert_eq!(positions(&store).await.len(), 3);
}

#[tokio::test]
async fn so_none_of_them_wins_if_the_holder_commits() {
    let place = Place::new().await;
    let (store, other) = (place.open().await, place.open().await);
    let mut holder = store.pool().begin().await.unwrap();
    let there = append_in(&store, &mut holder, tagged("holder", "x")).await;
    let both = [spawn(&store, unless_tagged("a", "x")), spawn(&other, unless_tagged("b", "x"))];
    place.waits(2).await;
    holder.commit().await.unwrap();
    for outcome in both {
        assert_eq!(matched(outcome.await.unwrap()).get(), there);
    }
    assert_eq!(positions(&store).await, [there]);
}

#[tokio::test]
async fn and_waits_for_nobody_who_has_another_tag() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut holder = store.pool().begin().await.unwrap();
    let conditional = unless_tagged("holder", "x");
    append_in(&store, &mut holder, conditional).await;
    store.append_one(unless_tagged("a", "y")).await.unwrap();
    store.append_one(tagged("b", "z")).await.unwrap();
    store.append_one(small("c")).await.unwrap();
    let mut second = store.pool().begin().await.unwrap();
    append_in(&store, &mut second, unless_tagged("d", "w")).await;
    second.commit().await.unwrap();
    // Only who writes the tag waits, also without a condition of his own.
    let waiting = spawn(&store, tagged("e", "x"));
    place.waits(1).await;
    holder.commit().await.unwrap();
    waiting.await.unwrap().unwrap();
    assert_eq!(positions(&store).await.len(), 6);
}

/// Whoever writes an event without a tag takes no lock that names what it is, so a condition on types waits for all.
#[tokio::test]
async fn also_if_it_asks_for_types_alone() {
    let place = Place::new().await;
    let store = place.open().await;
    let opened = EventType::from_static("Opened");
    let unless_opened = || small("a").fail_if(if_nothing_matches(QueryItem::types([opened.clone()])));
    for commits in [false, true] {
        let mut writer = store.pool().begin().await.unwrap();
        let mut open = event(if commits { "c" } else { "b" });
        open = NewEvent::new(open.stream, opened.clone(), "{}");
        let there = append_in(&store, &mut writer, Append::new([open])).await;
        let conditional = spawn(&store, unless_opened());
        place.waits(1).await;
        if commits {
            writer.commit().await.unwrap();
        } else {
            writer.rollback().await.unwrap();
        }
        let outcome = conditional.await.unwrap();
        if commits {
            assert_eq!(matched(outcome).get(), there);
        } else {
            outcome.unwrap();
        }
    }
    assert_eq!(positions(&store).await.len(), 2);
}

/// Readers cannot be shown what lies above a hole. A condition that missed it would let two decisions through.
#[tokio::test]
async fn also_above_the_mark() {
    let place = Place::new().await;
    let (store, other) = (place.open().await, place.open().await);
    let mut late = store.pool().begin().await.unwrap();
    assert_eq!(append_in(&store, &mut late, small("late")).await, 1);
    other.append_one(tagged("a", "x")).await.unwrap();
    assert_eq!(positions(&store).await, [0; 0]);
    assert_eq!(matched(store.append_one(unless_tagged("b", "x")).await).get(), 2);
    let mut caller = store.pool().begin().await.unwrap();
    assert_eq!(matched(store.append_in(&mut caller, unless_tagged("b", "x")).await).get(), 2);
    caller.rollback().await.unwrap();
    late.rollback().await.unwrap();
    assert_eq!(positions(&store).await, [2]);
}

/// A database can be set up so that transactions see what was there when they began.
#[tokio::test]
async fn whatever_isolation_is_the_default() {
    let place = Place::new().await;
    let store = place.open().await;
    let strict = format!("{}?options=-c%20default_transaction_isolation%3Dserializable", place.url());
    let strict = place.config_at(&strict).open().await.unwrap();
    let mut holder = store.pool().begin().await.unwrap();
    let there = append_in(&store, &mut holder, tagged("holder", "x")).await;
    let waiting = spawn(&strict, unless_tagged("a", "x"));
    place.waits(1).await;
    holder.commit().await.unwrap();
    assert_eq!(matched(waiting.await.unwrap()).get(), there);
    strict.append_one(unless_tagged("a", "y")).await.unwrap();
}
