//! To whom a request comes.

use super::{
    BRIEF, answer, answer_all, answer_to, ask, is_served_by_nobody, is_silent, next, numbered, serve, soon,
    sums, to, topic, until,
};
use crate::conformance::Fixture;
use factum_messaging::{
    Transport as _,
    remote::{RequestReply, Requests},
};
use futures_util::future::{Either, join, join_all, select};
use std::{pin::pin, time::Duration};
use tokio::time::sleep;

/// Answers, and counts what it has answered.
async fn count(requests: &mut Box<dyn Requests>, count: &mut usize) {
    loop {
        let request = next(requests).await;
        // It takes a while, in which the other one is free.
        sleep(Duration::from_millis(1)).await;
        answer(&request).await;
        *count += 1;
    }
}

/// Each request comes to one of them, and each of them gets some.
pub async fn those_who_serve_in_one_name_share(place: impl Fixture<Store: RequestReply>) {
    let transport = place.open().await;
    let (mut one, mut other) = (sums(&transport).await, sums(&transport).await);
    let (mut of_one, mut of_other) = (0, 0);
    {
        let served = pin!(join(count(&mut one, &mut of_one), count(&mut other, &mut of_other)));
        let asked = async {
            for _ in 0..10 {
                join_all((0..20).map(|number| ask(&transport, number))).await;
            }
        };
        let Either::Right(_) = soon(select(served, pin!(asked))).await else { panic!("serving has ended") };
    }
    // The count follows the answer.
    assert!((198..=200).contains(&(of_one + of_other)), "{of_one} and {of_other} of 200 requests");
    assert!(of_one > 0 && of_other > 0, "{of_one} and {of_other} of 200 requests");
    is_silent(&mut one).await;
    is_silent(&mut other).await;
}

/// By their topics.
pub async fn services_do_not_get_what_is_for_others(place: impl Fixture<Store: RequestReply>) {
    let transport = place.open().await;
    let mut sums = sums(&transport).await;
    let mut products = serve(&transport, to("products", &["products.#"])).await;
    for round in 0..20 {
        let asked = topic(if round % 2 == 0 { "sums.add" } else { "products.of.two" });
        let served = async {
            let request = match select(pin!(next(&mut sums)), pin!(next(&mut products))).await {
                Either::Left((request, _)) if round % 2 == 0 => request,
                Either::Right((request, _)) if round % 2 == 1 => request,
                Either::Left((request, _)) | Either::Right((request, _)) => {
                    panic!("it has come to the other one: {request:?}")
                }
            };
            assert_eq!(request.topic, asked);
            answer(&request).await;
        };
        soon(join(answer_to(&transport, asked.clone(), numbered(1)), served)).await;
    }
    is_silent(&mut sums).await;
    is_silent(&mut products).await;
}

/// As that of another process would.
pub async fn what_one_connection_asks_another_answers(place: impl Fixture<Store: RequestReply>) {
    let (here, there) = (place.open().await, place.open().await);
    let served = pin!(answer_all(sums(&there).await));
    let asked = pin!(async { join_all((0..50).map(|number| ask(&here, number))).await });
    let Either::Right((answers, _)) = soon(select(served, asked)).await else { panic!("serving has ended") };
    for (number, found) in (0..).zip(answers) {
        assert_eq!(found, number + 1_000);
    }
}

/// Whether another one follows or not.
pub async fn a_server_that_is_gone_is_not_waited_for(place: impl Fixture<Store: RequestReply>) {
    let (here, there) = (place.open().await, place.open().await);
    let mut requests = sums(&there).await;
    let asked = here.request(topic("sums.add"), numbered(1), BRIEF);
    let (_, in_hand) = soon(join(asked, next(&mut requests))).await;
    // As one that dies does.
    soon(there.close()).await;
    drop((in_hand, requests));
    until("nobody serves any more", async || is_served_by_nobody(&here, "sums.add", BRIEF).await).await;
    let served = pin!(answer_all(sums(&here).await));
    let Either::Right((found, _)) = soon(select(served, pin!(ask(&here, 2)))).await else {
        panic!("serving has ended")
    };
    assert_eq!(found, 1_002);
}
