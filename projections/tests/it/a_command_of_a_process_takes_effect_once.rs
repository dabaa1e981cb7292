use crate::given::{
    Both, Call, Fault, Faulty, Kind, Shipping, append, gate, happened, on_both_stores_with_a_clock, paid,
    placed, settle,
};
use factum::App;
use factum_projections::{AppBuilderExt as _, AppExt as _};
use factum_testkit::VirtualClock;
use std::time::Duration;

on_both_stores_with_a_clock!(
    although_its_agent_dies_before_it_forgets_it,
    although_forgetting_it_fails,
    although_its_reaction_fails,
    with_what_it_belongs_to,
    after_it_was_rejected_and_told_again,
);

/// The agent of one node has sent a command, and is held up before it can forget it. Another one takes over.
async fn although_its_agent_dies_before_it_forgets_it<S: Both>(store: S, clock: VirtualClock) {
    let (commit, mut held) = gate();
    let ((beat, _beat), (other, _other)) = (gate(), gate());
    // The first commit is that of the reaction.
    let held_up = Faulty::new(store.clone()).at(Call::Commit, 1, Fault::HoldBefore(commit));
    let first = App::builder(held_up.clone()).process::<Shipping>().build().await.unwrap();
    append(&store, [placed("1"), paid("1")]).await;
    held.reached().await;
    assert_eq!(happened(&store, "1").await, ["Shipped"], "it was sent");

    // Neither its projection nor its agent is heard of.
    let _silent = held_up.next_at(Call::Beat, 0, Fault::HoldBefore(beat)).next_at(
        Call::Beat,
        1,
        Fault::HoldBefore(other),
    );
    clock.advance(Duration::from_secs(60));
    let second = App::builder(store.clone()).process::<Shipping>().build().await.unwrap();
    settle(&second, &clock).await;
    assert_eq!(happened(&store, "1").await, ["Shipped"], "it was sent again");

    held.open();
    append(&store, [placed("2"), paid("2")]).await;
    settle(&second, &clock).await;
    for order in ["1", "2"] {
        assert_eq!(happened(&store, order).await, ["Shipped"], "order {order}");
    }
    second.shutdown().await;
    drop(first);
}

async fn although_forgetting_it_fails<S: Both>(store: S, clock: VirtualClock) {
    let faults =
        [Fault::Before(Kind::Transient), Fault::After(Kind::Transient), Fault::Before(Kind::Lasting)];
    although_a_commit_fails(&store, &clock, 1, faults).await;
}

async fn although_its_reaction_fails<S: Both>(store: S, clock: VirtualClock) {
    let faults = [Fault::Before(Kind::Transient), Fault::After(Kind::Transient)];
    although_a_commit_fails(&store, &clock, 0, faults).await;
}

/// The first commit is that of the reaction, and the second forgets the command that was sent.
async fn although_a_commit_fails<S: Both, const N: usize>(
    store: &S,
    clock: &VirtualClock,
    nth: usize,
    faults: [Fault; N],
) {
    for (order, fault) in (1..).map(|n: u8| n.to_string()).zip(faults) {
        let faulty = Faulty::new(store.clone()).at(Call::Commit, nth, fault);
        let app = App::builder(faulty.clone()).process::<Shipping>().build().await.unwrap();
        append(store, [placed(&order), paid(&order)]).await;
        settle(&app, clock).await;
        assert!(faulty.is_played());
        assert_eq!(happened(store, &order).await, ["Shipped"], "order {order}");
        app.shutdown().await;
    }
}

async fn with_what_it_belongs_to<S: Both>(store: S, clock: VirtualClock) {
    let app = App::builder(store.clone()).process::<Shipping>().build().await.unwrap();
    let mut first = placed("1");
    first.metadata.correlation_id = Some(factum::CorrelationId::random());
    first.metadata.tenant = Some("acme".to_owned());
    let mut second = paid("1");
    second.metadata.tenant = Some("acme".to_owned());
    append(&store, [first.clone()]).await;
    append(&store, [second.clone()]).await;
    settle(&app, &clock).await;
    let stream = factum::store::ReadStream::new("order-1".parse().unwrap());
    let shipped = store.read_stream(stream).await.unwrap().events.remove(0);
    assert_eq!(shipped.metadata.correlation_id, first.metadata.correlation_id, "that of the instance");
    assert_eq!(shipped.metadata.causation_id.unwrap().0, second.id.0, "the event that it was sent for");
    assert_eq!(shipped.metadata.tenant.as_deref(), Some("acme"));
    assert_eq!(
        shipped.metadata.idempotency_key.as_deref(),
        Some(&*format!("shipping/1/{}/1", second.id)),
        "its name, its key, the event, and which of the things that it has asked for"
    );
    app.shutdown().await;
}

/// A rejection is heard of once, too.
async fn after_it_was_rejected_and_told_again<S: Both>(store: S, clock: VirtualClock) {
    // After the reactions to the order and to its deadline, there are the reaction to the rejection, and that the command is forgotten:
    // in whichever order, both fail.
    let faulty = Faulty::new(store.clone()).at(Call::Commit, 2, Fault::Before(Kind::Transient)).at(
        Call::Commit,
        3,
        Fault::Before(Kind::Transient),
    );
    let app = App::builder(faulty.clone()).process::<Shipping>().build().await.unwrap();
    append(&store, [placed("kept")]).await;
    settle(&app, &clock).await;
    clock.advance(Duration::from_secs(60));
    settle(&app, &clock).await;
    assert!(faulty.is_played());
    let instance = app
        .processes::<Shipping>()
        .unwrap()
        .get(&crate::given::OrderId("kept".into()))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(instance.state.refused, ["kept: it is kept"]);
    app.shutdown().await;
}
