use crate::given::order;
use factum::{events, prelude::*};
use factum_testkit::given::{Given, given};
use shop::{
    money::Cents,
    order::Card,
    provider::{
        Account, Answer, Charge, ChargeRefused, Charged, ChargedLate, NotCharged, Provider, Return, Returned,
        StartService, StopService, Stopped,
    },
};
use std::time::Duration;

fn charge(card: Card) -> Charge {
    Charge { order: order("a"), amount: Cents(500), card, late_by_ms: 7 }
}

#[test]
fn an_order_is_charged_once() {
    let order = order("a");
    Given::<Account>::nothing()
        .when(charge(Card::Valid))
        .then(events![Charged { order, amount: Cents(500) }])
        .when(charge(Card::Valid))
        .then_nothing();
    Given::<Account>::nothing().when(charge(Card::Slow)).then(events![ChargedLate {
        order,
        amount: Cents(500),
        answers_after_ms: 7
    }]);
    Given::<Account>::nothing().when(charge(Card::Declined)).then(events![ChargeRefused { order }]);
    Given::<Account>::nothing().when(charge(Card::Silent)).then_nothing();
}

#[test]
fn what_was_charged_goes_back_once_and_nothing_else_does() {
    let order = order("a");
    Given::<Account>::nothing().when(Return { order }).then_rejected(NotCharged);
    given::<Account>(events![Charged { order, amount: Cents(500) }])
        .when(Return { order })
        .then(events![Returned { order, amount: Cents(500) }])
        .when(Return { order })
        .then_nothing();
}

#[tokio::test]
async fn a_service_that_is_stopped_answers_nobody() {
    let app = App::builder(MemoryStore::new()).build().await.unwrap();
    let provider = Provider::new(app.clone(), Duration::ZERO, Duration::ZERO);
    let charge = |name: &'static str, card| {
        let provider = provider.clone();
        async move { provider.charge(order(name), Cents(5), card, None).await.unwrap() }
    };
    assert_eq!(charge("a", Card::Valid).await, Answer::Approved);
    app.send(StopService::default()).await.unwrap();
    assert_eq!(charge("b", Card::Valid).await, Answer::None);
    assert!(matches!(provider.refund(order("a"), None).await, Err(Stopped::Silent)));
    app.send(StartService::default()).await.unwrap();
    provider.refund(order("a"), None).await.unwrap();
    assert!(
        matches!(provider.refund(order("b"), None).await, Err(Stopped::Books(_))),
        "it was never charged"
    );
    assert_eq!(charge("b", Card::Declined).await, Answer::Declined);
    assert_eq!(charge("c", Card::Slow).await, Answer::None);
}
