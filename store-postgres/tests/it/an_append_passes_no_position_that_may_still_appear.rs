//! Appends with a read model move its checkpoint only as far as it is certain what is there.

use crate::{
    log::{append_in, positions, small},
    place::Place,
    read_model::{documents, expected, places, reached, run, unrelated},
};
use factum_core::{Append, EventAppender};
use futures_util::future::join_all;

/// Somebody else has drawn a position below, and has not ended. What he writes is not lost from the read model.
#[tokio::test]
async fn while_somebody_has_drawn_one() {
    let place = Place::new().await;
    let (store, other) = (place.open().await, place.open().await);
    let _places = places(&store).await;
    let mut late = other.pool().begin().await.unwrap();
    assert_eq!(append_in(&other, &mut late, small("late")).await, 1);
    store.append_one(small("a")).await.unwrap();
    store.append_one(Append::new([unrelated("a")])).await.unwrap();
    assert_eq!((reached(&store).await, documents(&store).await.len()), (0, 0));
    late.commit().await.unwrap();
    assert_eq!(positions(&store).await, [1, 2, 3]);
    // It is behind now, and stays it until somebody has run it.
    store.append_one(small("a")).await.unwrap();
    assert_eq!((reached(&store).await, documents(&store).await.len()), (0, 0));
    run(&store, 4).await;
    assert_eq!(documents(&store).await["late"], [1]);
    store.append_one(small("late")).await.unwrap();
    assert_eq!(reached(&store).await, 5);
    assert_eq!(documents(&store).await, expected(&store).await);
}

/// What was drawn there does not concern it, which nobody can know before it is there.
#[tokio::test]
async fn until_it_is_there() {
    let place = Place::new().await;
    let (store, other) = (place.open().await, place.open().await);
    let _places = places(&store).await;
    let mut late = other.pool().begin().await.unwrap();
    append_in(&other, &mut late, Append::new([unrelated("late")])).await;
    store.append_one(Append::new([unrelated("a")])).await.unwrap();
    late.commit().await.unwrap();
    store.append_one(small("a")).await.unwrap();
    assert_eq!(reached(&store).await, 3);
    assert_eq!(documents(&store).await, expected(&store).await);
}

/// The transaction is gone, and the append finds out by itself: also where nobody watches the log.
#[tokio::test]
async fn but_one_that_is_dead() {
    let place = Place::new().await;
    let other = place.open().await;
    for store in [place.open().await, place.config().without_watermark().open().await.unwrap()] {
        let _places = places(&store).await;
        for _ in 0..3 {
            let mut aborted = other.pool().begin().await.unwrap();
            let dead = append_in(&other, &mut aborted, small("dead")).await;
            aborted.rollback().await.unwrap();
            let last = store.append_one(small("a")).await.unwrap().position().get();
            assert_eq!(last, dead + 1);
            assert_eq!(reached(&store).await, last);
        }
    }
    assert_eq!(documents(&other).await, expected(&other).await);
}

/// One that failed itself leaves such a hole.
#[tokio::test]
async fn nor_does_one_of_its_own_that_was_rolled_back_stay_in_the_way() {
    let place = Place::new().await;
    let store = place.open().await;
    let _places = places(&store).await;
    for _ in 0..3 {
        let mut aborted = store.pool().begin().await.unwrap();
        append_in(&store, &mut aborted, small("a")).await;
        aborted.rollback().await.unwrap();
        let last = store.append_one(small("a")).await.unwrap().position().get();
        assert_eq!(reached(&store).await, last);
    }
    assert_eq!(documents(&store).await["a"], [2, 4, 6]);
}

/// Two processes with the read model and one without, transactions that come and go, and somebody who runs it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_appends_beside_it() {
    let place = Place::new().await;
    let (here, there, beside) = (place.open().await, place.open().await, place.open().await);
    let _attached = (places(&here).await, places(&there).await);
    let task = |task: usize| {
        let store = [&here, &there, &beside][task % 3].clone();
        async move {
            for n in 0..10 {
                let (key, other) = (format!("{}", task % 5), format!("{task}"));
                match (task + n) % 9 {
                    0..4 => drop(store.append_one(small(&key)).await.unwrap()),
                    4 => drop(store.append_one(Append::new([unrelated(&other)])).await.unwrap()),
                    5 => {
                        let appends = vec![small(&key), small(&other), small(&key)];
                        store.append(appends).await.into_iter().for_each(|outcome| drop(outcome.unwrap()));
                    }
                    end => {
                        let mut transaction = store.pool().begin().await.unwrap();
                        append_in(&store, &mut transaction, small(&other)).await;
                        tokio::task::yield_now().await;
                        match end {
                            8 => transaction.rollback().await.unwrap(),
                            _ => transaction.commit().await.unwrap(),
                        }
                    }
                }
            }
        }
    };
    for round in 0..3 {
        join_all((0..18).map(task)).await;
        let (documents, reached) = (documents(&here).await, reached(&here).await);
        let mut applied = expected(&here).await;
        applied.values_mut().for_each(|places| places.retain(|place| *place <= reached));
        applied.retain(|_, places| !places.is_empty());
        assert_eq!(documents, applied, "round {round}, at {reached}");
        run(&here, *positions(&here).await.last().unwrap()).await;
    }
    assert_eq!(documents(&here).await, expected(&here).await);
    let last = there.append_one(small("last")).await.unwrap().position().get();
    assert_eq!(reached(&here).await, last);
}
