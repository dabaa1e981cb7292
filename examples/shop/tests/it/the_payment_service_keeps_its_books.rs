use crate::given::order;
use factum::{
    Append, EventAppender as _, EventReader as _, NewEvent, Query, StreamId, events,
    prelude::*,
    store::{ReadLog, ReadStream},
};
use factum_testkit::given::{Given, given};
use shop::{
    money::Cents,
    order::Card,
    payment::PaymentRequested,
    provider::{
        Account, Charge, ChargeRefused, Charged, ChargedLate, NotCharged, Provider, Return, Returned,
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

/// What is in its books of an order.
async fn entries(app: &App, name: &str) -> Vec<String> {
    let account = StreamId::of("provider_account", order(name)).unwrap();
    let page = app.store().read_stream(ReadStream::new(account)).await.unwrap();
    page.events.iter().map(|event| event.event_type.to_string()).collect()
}

#[tokio::test]
async fn a_service_that_is_stopped_answers_nobody() {
    let app = App::builder(MemoryStore::new()).build().await.unwrap();
    let provider = Provider::new(app.clone(), Duration::ZERO, Duration::ZERO);
    let requested = PaymentRequested { order: order("a"), amount: Cents(5), card: Card::Valid };
    let stream = StreamId::of("payment", order("a")).unwrap();
    let receipt = app.store().append_one(Append::new([NewEvent::of(stream, &requested).unwrap()])).await;
    let asked = app.store().read_log(ReadLog::new(Query::all())).await.unwrap().events.remove(0);
    assert_eq!(asked.position, receipt.unwrap().position());
    let charge = async |name: &str, card| {
        provider.charge(order(name), Cents(5), card, &asked).await.unwrap();
        entries(&app, name).await
    };
    assert_eq!(charge("a", Card::Valid).await, ["Charged"]);
    app.send(StopService::default()).await.unwrap();
    assert_eq!(charge("b", Card::Valid).await, [""; 0]);
    assert!(matches!(provider.refund(order("a"), &asked).await, Err(Stopped::Silent)));
    app.send(StartService::default()).await.unwrap();
    provider.refund(order("a"), &asked).await.unwrap();
    assert_eq!(entries(&app, "a").await, ["Charged", "Returned"]);
    assert!(
        matches!(provider.refund(order("b"), &asked).await, Err(Stopped::Books(_))),
        "it was never charged"
    );
    assert_eq!(charge("b", Card::Declined).await, ["ChargeRefused"]);
    assert_eq!(charge("c", Card::Slow).await, ["ChargedLate"]);
    assert_eq!(charge("d", Card::Silent).await, [""; 0]);
}
