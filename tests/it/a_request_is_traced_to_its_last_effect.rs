use crate::{
    bank::{Account, DepositEach, ada, deposit, withdraw},
    stores::{Store, log, on_every_store, read, stream},
};
use factum::{
    Aggregate, App, Append, CausationId, CorrelationId, EventId, EventType, NewEvent, Position, Trace,
    trace::{Anchor, Cause, ReadTrace},
    uuid::Uuid,
};

on_every_store!(
    a_command_and_what_it_sets_off_are_one_tree,
    any_of_its_events_leads_to_it,
    what_begins_with_several_events_is_one_trace,
    a_rejected_command_is_there_if_it_left_an_event,
    what_was_caused_by_one_event_is_in_the_order_of_the_log,
    a_cause_that_is_not_in_the_log_is_named,
    a_chain_that_goes_on_elsewhere_is_followed_to_the_border,
    a_circle_is_cut_at_its_first_event,
    a_trace_has_an_end,
    reading_begins_where_it_is_told,
    a_long_chain_needs_no_stack,
);

const REQUEST: Uuid = Uuid::from_u128(0xc0 << 64);

/// An event with the id `id`, by its cause and its correlation.
fn event(id: u128, cause: Option<u128>, correlation: Option<Uuid>) -> NewEvent {
    // A log has few types.
    let event_type = EventType::new(format!("E{}", id.min(10))).unwrap();
    let mut event = NewEvent::new(stream("7"), event_type, "{}").with_id(EventId(Uuid::from_u128(id)));
    event.metadata.causation_id = cause.map(|id| CausationId(Uuid::from_u128(id)));
    event.metadata.correlation_id = correlation.map(CorrelationId);
    event
}

/// An event of the request.
fn of_request(id: u128, cause: Option<u128>) -> NewEvent {
    event(id, cause, Some(REQUEST))
}

async fn append(store: &impl Store, events: impl IntoIterator<Item = NewEvent> + Send) {
    store.append_one(Append::new(events)).await.unwrap();
}

async fn trace(store: &impl Store, request: impl Into<ReadTrace> + Send) -> Trace {
    Trace::read(store, request).await.unwrap().expect("the log has events of it")
}

/// A line of each step, indented by its depth.
fn lines(trace: &Trace) -> Vec<String> {
    let line = |step: &factum::trace::Step| format!("{}{}", ". ".repeat(step.depth), step.event.event_type);
    trace.steps.iter().map(line).collect()
}

async fn a_command_and_what_it_sets_off_are_one_tree(store: impl Store) {
    let app = App::builder(store.clone()).build().await.unwrap();
    app.send(deposit(1)).await.unwrap();
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let done = app.send(deposit(5)).correlation(REQUEST).traceparent(traceparent).await.unwrap();
    app.send(deposit(2)).await.unwrap();
    let account = Account::stream(&ada()).unwrap();
    let cause = read(&store, &account).await.remove(1);
    app.send(withdraw(3)).caused_by(&cause).await.unwrap();

    let trace = app.trace(CorrelationId(REQUEST)).await.unwrap().expect("a trace");
    assert_eq!(lines(&trace), ["Deposited", ". Withdrawn"]);
    assert_eq!(trace.steps[0].event.position, done.receipt.position());
    assert_eq!((&trace.steps[0].cause, &trace.steps[1].cause), (&Cause::Request, &Cause::Step(0)));
    assert!(trace.steps.iter().all(|step| step.event.metadata.traceparent.as_deref() == Some(traceparent)));
    assert_eq!((trace.start(), trace.end()), (trace.steps[0].event.time, trace.steps[1].event.time));
    assert!(trace.is_whole);
}

async fn any_of_its_events_leads_to_it(store: impl Store) {
    append(
        &store,
        [event(9, None, None), of_request(1, None), of_request(2, Some(1)), of_request(3, Some(2))],
    )
    .await;
    let expected = trace(&store, CorrelationId(REQUEST)).await;
    assert_eq!(lines(&expected), ["E1", ". E2", ". . E3"]);
    for id in 1..=3 {
        assert_eq!(trace(&store, EventId(Uuid::from_u128(id))).await, expected, "by event {id}");
        assert_eq!(trace(&store, Anchor::Id(Uuid::from_u128(id))).await, expected, "by the id {id}");
        assert_eq!(trace(&store, Position::new(id as u64 + 1)).await, expected, "by its position");
    }
    assert_eq!(trace(&store, Anchor::Id(REQUEST)).await, expected);
    assert_eq!(lines(&trace(&store, Position::new(1)).await), ["E9"]);
    for nothing in [
        Anchor::Event(EventId(REQUEST)),
        Anchor::Position(Position::new(5)),
        Anchor::Position(Position::START),
        Anchor::Correlation(CorrelationId(Uuid::from_u128(2))),
        Anchor::Id(Uuid::from_u128(77)),
    ] {
        assert_eq!(Trace::read(&store, nothing).await.unwrap(), None, "{nothing:?}");
    }
}

/// Without a correlation, its first event's id is that of them all, and nothing need be read before it.
async fn what_begins_with_several_events_is_one_trace(store: impl Store) {
    let app = App::builder(store.clone()).build().await.unwrap();
    append(&store, [event(9, None, None)]).await;
    app.send(DepositEach { account: ada(), amounts: vec![5, 6, 7] }).await.unwrap();
    let events = log(&store).await.split_off(1);
    assert_eq!(events[0].metadata.correlation_id, None);
    app.send(deposit(8)).caused_by(&events[2]).await.unwrap();
    for event in &events {
        let trace = app.trace(event).await.unwrap().expect("a trace");
        assert_eq!(trace.correlation, CorrelationId(events[0].id.0));
        assert_eq!(lines(&trace), ["Deposited", "Deposited", "Deposited", ". Deposited"]);
    }
}

async fn a_rejected_command_is_there_if_it_left_an_event(store: impl Store) {
    let app = App::builder(store.clone()).build().await.unwrap();
    app.send(deposit(5)).await.unwrap();
    let cause = log(&store).await.remove(0);
    let refused = app.send(withdraw(9)).caused_by(&cause).idempotency_key("w-1").await;
    assert!(refused.unwrap_err().rejection().is_some());
    let trace = app.trace(&cause).await.unwrap().expect("a trace");
    assert_eq!(lines(&trace), ["Deposited", ". factum.CommandHadNoEffect"]);
    assert_eq!(trace.steps[1].event.metadata.command.as_deref(), Some("Withdraw"));
}

async fn what_was_caused_by_one_event_is_in_the_order_of_the_log(store: impl Store) {
    let causes = [
        (1, None),
        (2, Some(1)),
        (3, Some(1)),
        (4, Some(2)),
        (5, None),
        (6, Some(3)),
        (7, Some(2)),
        (8, Some(5)),
    ];
    append(&store, causes.map(|(id, cause)| of_request(id, cause))).await;
    let trace = trace(&store, CorrelationId(REQUEST)).await;
    assert_eq!(lines(&trace), ["E1", ". E2", ". . E4", ". . E7", ". E3", ". . E6", "E5", ". E8"]);
    for step in &trace.steps {
        let Cause::Step(cause) = step.cause else { continue };
        assert_eq!(trace.steps[cause].event.id.0, step.event.metadata.causation_id.unwrap().0);
        assert_eq!(trace.steps[cause].depth + 1, step.depth);
    }
}

async fn a_cause_that_is_not_in_the_log_is_named(store: impl Store) {
    append(&store, [of_request(1, Some(99)), of_request(2, Some(1))]).await;
    let trace = trace(&store, CorrelationId(REQUEST)).await;
    assert_eq!(lines(&trace), ["E1", ". E2"]);
    assert_eq!(trace.steps[0].cause, Cause::Unknown(CausationId(Uuid::from_u128(99))));
}

async fn a_chain_that_goes_on_elsewhere_is_followed_to_the_border(store: impl Store) {
    let other = Uuid::from_u128(0xd0 << 64);
    append(
        &store,
        [
            event(1, None, Some(other)),
            of_request(2, Some(1)),
            event(3, Some(2), Some(other)),
            event(4, Some(3), Some(other)),
            of_request(5, Some(3)),
        ],
    )
    .await;
    let trace = trace(&store, CorrelationId(REQUEST)).await;
    assert_eq!(lines(&trace), ["E2", ". E3", ". . E5"]);
    let Cause::Elsewhere(cause) = &trace.steps[0].cause else { panic!("{:?}", trace.steps[0].cause) };
    assert_eq!((cause.position.get(), cause.metadata.correlation_id), (1, Some(CorrelationId(other))));
    let leaves: Vec<_> = trace.steps.iter().map(|step| step.leaves_for).collect();
    assert_eq!(leaves, [None, Some(CorrelationId(other)), None]);
}

async fn a_circle_is_cut_at_its_first_event(store: impl Store) {
    let causes =
        [(1, Some(1)), (2, Some(5)), (3, Some(4)), (4, Some(3)), (5, Some(4)), (6, None), (7, Some(6))];
    append(&store, causes.map(|(id, cause)| of_request(id, cause))).await;
    let trace = trace(&store, CorrelationId(REQUEST)).await;
    assert_eq!(lines(&trace), ["E6", ". E7", "E1", "E3", ". E4", ". . E5", ". . . E2"]);
    let circles = trace.steps.iter().filter(|step| matches!(step.cause, Cause::Circle(_)));
    let circles: Vec<_> = circles.map(|step| step.event.event_type.as_str()).collect();
    assert_eq!(circles, ["E1", "E3"]);
}

async fn a_trace_has_an_end(store: impl Store) {
    append(&store, (1..=2_500).map(|id| of_request(id, (id > 1).then_some(1)))).await;
    let all = ReadTrace::of(CorrelationId(REQUEST));
    for (limit, steps, is_whole) in
        [(0, 1, false), (1, 1, false), (2_499, 2_499, false), (2_500, 2_500, true)]
    {
        let trace = trace(&store, all.limit(limit)).await;
        assert_eq!((trace.steps.len(), trace.is_whole), (steps, is_whole), "of {limit}");
    }
    assert!(trace(&store, all).await.is_whole);
}

async fn reading_begins_where_it_is_told(store: impl Store) {
    append(&store, [of_request(1, None), of_request(2, Some(1)), of_request(3, Some(2))]).await;
    let late = ReadTrace::of(CorrelationId(REQUEST)).after(Position::new(1));
    let trace = trace(&store, late).await;
    assert_eq!(lines(&trace), ["E2", ". E3"]);
    assert!(matches!(&trace.steps[0].cause, Cause::Elsewhere(cause) if cause.position.get() == 1));
}

async fn a_long_chain_needs_no_stack(store: impl Store) {
    const LONG: u128 = 9_000;
    append(&store, (1..=LONG).map(|id| of_request(id, (id > 1).then_some(id - 1)))).await;
    let trace = trace(&store, CorrelationId(REQUEST)).await;
    assert_eq!(trace.steps.last().unwrap().depth as u128, LONG - 1);
}
