//! Nobody waits for an answer that nobody will give.

use super::{BRIEF, answer_all, ask, is_served_by_nobody, serve, soon, sums, to, until};
use crate::conformance::Fixture;
use factum_messaging::remote::RequestReply;
use futures_util::future::{Either, select};
use std::{
    pin::pin,
    time::{Duration, Instant},
};

/// And not when it was waited for long enough.
async fn nobody_serves(transport: &impl RequestReply, asked: &str) {
    let (patience, from) = (Duration::from_secs(6), Instant::now());
    assert!(is_served_by_nobody(transport, asked, patience).await, "nobody serves {asked}");
    assert!(from.elapsed() < patience / 2, "it took {:?}", from.elapsed());
}

/// Every time.
pub async fn that_nobody_serves_is_told_at_once(place: impl Fixture<Store: RequestReply>) {
    let transport = place.open().await;
    for _ in 0..3 {
        nobody_serves(&transport, "sums.add").await;
    }
}

/// Whoever is there.
pub async fn nor_does_who_serves_something_else(place: impl Fixture<Store: RequestReply>) {
    let transport = place.open().await;
    let served = pin!(answer_all(serve(&transport, to("sums", &["sums.*", "products.of.#"])).await));
    let asked = pin!(async {
        for other in ["sum.add", "sums", "sums.add.again", "products", "differences.of.two"] {
            nobody_serves(&transport, other).await;
        }
        assert_eq!(ask(&transport, 1).await, 1_001);
    });
    let Either::Right(_) = soon(select(served, asked)).await else { panic!("serving has ended") };
}

/// Once it has gone; and when it comes again, it is found.
pub async fn nor_does_who_has_served_before(place: impl Fixture<Store: RequestReply>) {
    let transport = place.open().await;
    for _ in 0..2 {
        let (one, other) = (sums(&transport).await, sums(&transport).await);
        drop(one);
        let found = {
            let served = pin!(answer_all(other));
            let Either::Right((found, _)) = soon(select(served, pin!(ask(&transport, 1)))).await else {
                panic!("serving has ended")
            };
            found
        };
        assert_eq!(found, 1_001, "the other one is still there");
        until("nobody serves any more", async || is_served_by_nobody(&transport, "sums.add", BRIEF).await)
            .await;
    }
}
