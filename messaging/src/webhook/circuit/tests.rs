use super::{Breaker, Circuit, Pauses};
use futures_util::FutureExt as _;
use std::time::Duration;
use tokio::time::advance;

const SECOND: Duration = Duration::from_secs(1);

fn breaker() -> Breaker {
    Breaker::new(Pauses { failures: 3, first: SECOND, longest: 5 * SECOND }, "there".to_owned())
}

fn left(breaker: &Breaker) -> Duration {
    match breaker.circuit() {
        Circuit::Open { left } => left,
        other => panic!("{other:?}"),
    }
}

async fn fail(breaker: &Breaker) {
    breaker.enter().await.ok().unwrap().failed(None);
}

#[tokio::test(start_paused = true)]
async fn failures_in_a_row_open_it() {
    let breaker = breaker();
    fail(&breaker).await;
    fail(&breaker).await;
    breaker.enter().await.ok().unwrap().succeeded();
    fail(&breaker).await;
    fail(&breaker).await;
    assert_eq!(breaker.circuit(), Circuit::Closed { failures: 2 });
    fail(&breaker).await;
    assert_eq!(breaker.enter().await.err(), Some(SECOND));
}

#[tokio::test(start_paused = true)]
async fn pauses_grow_until_the_endpoint_answers() {
    let breaker = breaker();
    for _ in 0..3 {
        fail(&breaker).await;
    }
    for pause in [1, 2, 4, 5, 5] {
        assert_eq!(left(&breaker), pause * SECOND);
        advance(pause * SECOND - Duration::from_millis(1)).await;
        assert!(breaker.enter().await.is_err());
        advance(Duration::from_millis(1)).await;
        fail(&breaker).await;
    }
    advance(5 * SECOND).await;
    breaker.enter().await.ok().unwrap().succeeded();
    assert_eq!(breaker.circuit(), Circuit::Closed { failures: 0 });
    for _ in 0..3 {
        fail(&breaker).await;
    }
    assert_eq!(left(&breaker), SECOND, "from the beginning");
}

#[tokio::test(start_paused = true)]
async fn half_open_it_lets_one_through_and_the_others_wait_for_the_outcome() {
    let breaker = breaker();
    for _ in 0..3 {
        fail(&breaker).await;
    }
    advance(SECOND).await;
    let one = breaker.enter().await.ok().unwrap();
    assert_eq!(breaker.circuit(), Circuit::HalfOpen);
    let mut other = Box::pin(breaker.enter());
    assert!(other.as_mut().now_or_never().is_none());
    one.failed(None);
    assert_eq!(other.await.err(), Some(2 * SECOND));

    advance(2 * SECOND).await;
    let one = breaker.enter().await.ok().unwrap();
    let mut other = Box::pin(breaker.enter());
    assert!(other.as_mut().now_or_never().is_none());
    one.succeeded();
    assert!(other.await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn one_that_is_given_up_lets_the_next_one_through() {
    let breaker = breaker();
    for _ in 0..3 {
        fail(&breaker).await;
    }
    advance(SECOND).await;
    let one = breaker.enter().await.ok().unwrap();
    let mut other = Box::pin(breaker.enter());
    assert!(other.as_mut().now_or_never().is_none());
    drop(one);
    other.await.ok().unwrap().succeeded();
    assert_eq!(breaker.circuit(), Circuit::Closed { failures: 0 });
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_is_asked_for_opens_it_at_once_and_not_for_ever() {
    let breaker = breaker();
    breaker.enter().await.ok().unwrap().failed(Some(90 * SECOND));
    assert_eq!(left(&breaker), 90 * SECOND);
    advance(90 * SECOND).await;
    breaker.enter().await.ok().unwrap().failed(Some(Duration::MAX));
    assert_eq!(left(&breaker), 3_600 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn an_answer_from_before_it_opened_does_not_close_it() {
    let breaker = breaker();
    let late = breaker.enter().await.ok().unwrap();
    let also_late = breaker.enter().await.ok().unwrap();
    for _ in 0..3 {
        fail(&breaker).await;
    }
    late.succeeded();
    also_late.failed(None);
    assert_eq!(left(&breaker), SECOND);
}
