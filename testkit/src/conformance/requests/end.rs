//! Whoever ends leaves nobody waiting.

use super::{SOON, answer, answer_all, ask, next, numbered, soon, sums, topic};
use crate::conformance::Fixture;
use factum_messaging::{
    Transport as _,
    remote::{RequestError, RequestReply},
};
use futures_util::future::{Either, join, join_all, select};
use std::pin::pin;

/// What it had not handed out.
pub async fn what_came_to_one_who_ends_is_answered_by_another(place: impl Fixture<Store: RequestReply>) {
    let transport = place.open().await;
    for _ in 0..3 {
        let mut ends = sums(&transport).await;
        let asked = pin!(async { join_all((0..20).map(|number| ask(&transport, number))).await });
        let served = pin!(async {
            let first = next(&mut ends).await;
            let other = sums(&transport).await;
            drop(ends);
            answer(&first).await;
            answer_all(other).await;
        });
        let Either::Left((answers, _)) = soon(select(asked, served)).await else {
            panic!("serving has ended")
        };
        for (number, found) in (0..).zip(answers) {
            assert_eq!(found, number + 1_000);
        }
    }
}

/// As whoever stops in good order does.
pub async fn what_is_in_hand_can_be_answered_after_the_end(place: impl Fixture<Store: RequestReply>) {
    let transport = place.open().await;
    for _ in 0..3 {
        let mut requests = sums(&transport).await;
        let served = async {
            let request = next(&mut requests).await;
            drop(requests);
            answer(&request).await;
        };
        let (found, ()) = soon(join(ask(&transport, 1), served)).await;
        assert_eq!(found, 1_001);
    }
}

/// Whoever waits is told.
pub async fn the_end_of_the_transport_is_that_of_its_services(place: impl Fixture<Store: RequestReply>) {
    let transport = place.open().await;
    let mut requests = sums(&transport).await;
    let (_, ended) = soon(join(transport.close(), requests.next())).await;
    assert!(ended.is_none(), "{ended:?}");
    assert!(soon(requests.next()).await.is_none(), "it stays so");
    let reply = soon(transport.request(topic("sums.add"), numbered(1), SOON)).await;
    assert!(matches!(&reply, Err(RequestError::Transport(error)) if error.is_closed()), "{reply:?}");
    let served = soon(transport.serve(super::to("sums", &["sums.*"]))).await;
    assert!(served.is_err_and(|error| error.is_closed()));
}
