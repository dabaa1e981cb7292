//! Conditions on the log as a whole (dynamic consistency boundaries).

use crate::conformance::{
    Fixture,
    steps::{
        append, categories, conflict, event, event_type, log, names, stream, stream_of, tag, tagged, tags,
        types, write, written,
    },
};
use factum_core::{
    Append, AppendCondition, AppendError, Conflict, EventAppender, EventStore, ExpectedVersion, NewEvent,
    Position, Query, QueryItem, invalid::Field, limits,
};

/// An append of something that no query here looks for.
fn probe(query: impl Into<Query>, after: Position) -> Append {
    let event = NewEvent::new(stream_of("probe", "p"), event_type("Probed"), "{}");
    Append::new([event]).fail_if(AppendCondition::new(query.into(), after))
}

/// Whether the condition that no event matches `query` is refused.
async fn matches(store: &impl EventStore, query: impl Into<Query>) -> bool {
    match append(store, probe(query, Position::START)).await {
        Ok(_) => false,
        Err(AppendError::Conflict(Conflict::Condition { .. })) => true,
        Err(other) => panic!("expected a receipt or an unmet condition, not {other:?}"),
    }
}

/// A log with one event: of type `Enrolled`, in `account-a`, tagged `course:rust` and `student:ada`.
async fn enrolled<S: EventStore>(place: &impl Fixture<Store = S>) -> S {
    let store = place.open().await;
    let tags = ["course:rust", "student:ada"].map(tag);
    write(&store, [event(&stream("a"), "Enrolled").with_tags(tags)]).await;
    store
}

/// Nothing is there that could match.
pub async fn a_condition_is_met_by_an_empty_log(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    assert!(!matches(&store, Query::all()).await);
}

/// A matching event after the position is a conflict.
pub async fn a_matching_event_is_a_conflict(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    write(&store, [tagged("a", &["user:ada"])]).await;
    assert!(matches(&store, tags(&["user:ada"])).await);
    assert!(!matches(&store, tags(&["user:bob"])).await);
}

/// Matching events at or before the position do not matter.
pub async fn what_the_writer_has_seen_does_not_matter(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let first = write(&store, [tagged("a", &["user:ada"])]).await.position();
    let second = write(&store, [tagged("a", &["user:ada"])]).await.position();
    conflict(append(&store, probe(tags(&["user:ada"]), first)).await);
    written(append(&store, probe(tags(&["user:ada"]), second)).await);
    written(append(&store, probe(tags(&["user:ada"]), Position::MAX)).await);
}

/// See [`Conflict::Condition`]: it says up to where the writer had seen the log, and names a matching event after that.
pub async fn a_condition_conflict_says_which_event_matched(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    write(&store, [tagged("a", &["user:ada"])]).await;
    let seen = write(&store, [tagged("a", &["user:eve"])]).await.position();
    write(&store, [tagged("a", &["user:bob"])]).await;
    let unseen = write(&store, [tagged("a", &["user:ada"])]).await.position();
    write(&store, [tagged("a", &["user:bob"])]).await;
    let found = conflict(append(&store, probe(tags(&["user:ada"]), seen)).await);
    assert_eq!(found, Conflict::condition(seen, unseen));
}

/// As for version conflicts.
pub async fn an_unmet_condition_writes_nothing(place: impl Fixture<Store: EventStore>) {
    let store = enrolled(&place).await;
    let unmet = Append::new([event(&stream("b"), "1"), event(&stream("c"), "2")])
        .fail_if(AppendCondition::new(types(&["Enrolled"]).into(), Position::START));
    conflict(append(&store, unmet).await);
    assert_eq!(names(&log(&store).await), ["Enrolled"]);
}

/// A query without items matches every event.
pub async fn a_condition_on_everything_sees_every_event(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let head = write(&store, [event(&stream("a"), "x")]).await.position();
    assert!(matches(&store, Query::all()).await);
    assert!(matches(&store, QueryItem::default()).await);
    written(append(&store, probe(Query::all(), head)).await);
    conflict(append(&store, probe(Query::all(), head)).await);
}

/// The event has one of the types.
pub async fn a_condition_finds_a_type(place: impl Fixture<Store: EventStore>) {
    let store = enrolled(&place).await;
    assert!(matches(&store, types(&["Enrolled"])).await);
    assert!(matches(&store, types(&["Left", "Enrolled"])).await);
    assert!(!matches(&store, types(&["Left"])).await);
}

/// The event's stream has one of the categories.
pub async fn a_condition_finds_a_category(place: impl Fixture<Store: EventStore>) {
    let store = enrolled(&place).await;
    assert!(matches(&store, categories(&["account"])).await);
    assert!(matches(&store, categories(&["course", "account"])).await);
    assert!(!matches(&store, categories(&["course"])).await);
}

/// The event has all of the tags.
pub async fn a_condition_needs_all_tags_of_an_item(place: impl Fixture<Store: EventStore>) {
    let store = enrolled(&place).await;
    assert!(matches(&store, tags(&["course:rust"])).await);
    assert!(matches(&store, tags(&["student:ada", "course:rust"])).await);
    assert!(matches(&store, tags(&["course:rust", "course:rust"])).await);
    assert!(!matches(&store, tags(&["course:rust", "student:bob"])).await);
    assert!(!matches(&store, tags(&["student:bob", "student:ada"])).await);
}

/// The tags of an item have to be on one event.
pub async fn the_tags_of_two_events_are_not_those_of_one(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    write(&store, [tagged("a", &["course:rust"]), tagged("a", &["student:ada"])]).await;
    assert!(!matches(&store, tags(&["course:rust", "student:ada"])).await);
}

/// Type, category and tags of an item all have to fit.
pub async fn a_condition_needs_all_parts_of_an_item(place: impl Fixture<Store: EventStore>) {
    let store = enrolled(&place).await;
    let category = |name: &str| name.parse().expect("a category");
    assert!(matches(&store, types(&["Enrolled"]).tag(tag("course:rust"))).await);
    assert!(!matches(&store, types(&["Left"]).tag(tag("course:rust"))).await);
    assert!(!matches(&store, types(&["Enrolled"]).tag(tag("course:go"))).await);
    assert!(matches(&store, types(&["Enrolled"]).category(category("account"))).await);
    assert!(!matches(&store, types(&["Enrolled"]).category(category("course"))).await);
    assert!(!matches(&store, tags(&["course:rust"]).category(category("course"))).await);
}

/// The items of a query are alternatives.
pub async fn a_condition_needs_one_of_its_items(place: impl Fixture<Store: EventStore>) {
    let store = enrolled(&place).await;
    assert!(matches(&store, Query::any_of([types(&["Left"]), tags(&["student:ada"])])).await);
    assert!(matches(&store, Query::any_of([categories(&["account"]), tags(&["student:bob"])])).await);
    assert!(!matches(&store, Query::any_of([types(&["Left"]), tags(&["student:bob"])])).await);
}

/// Names are compared whole, byte by byte.
pub async fn a_condition_compares_names_to_the_byte(place: impl Fixture<Store: EventStore>) {
    let store = enrolled(&place).await;
    for name in
        ["course:rus", "course:rust ", "Course:rust", "course:rust,student:ada", "rust", "course:%", "*"]
    {
        assert!(!matches(&store, tags(&[name])).await, "tag {name:?}");
    }
    for name in ["Enrolle", "enrolled", "Enrolled ", "%", "_nrolled"] {
        assert!(!matches(&store, types(&[name])).await, "type {name:?}");
    }
    for name in ["accoun", "accounts", "Account", "a%", "account "] {
        assert!(!matches(&store, categories(&[name])).await, "category {name:?}");
    }
}

/// An append is decided on the log as it was before it.
pub async fn the_events_of_an_append_do_not_meet_its_own_condition(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let condition = || AppendCondition::new(tags(&["user:ada"]).into(), Position::START);
    let claim = |key: &str| Append::new([tagged(key, &["user:ada"])]).fail_if(condition());
    written(append(&store, claim("a")).await);
    conflict(append(&store, claim("b")).await);
    assert_eq!(log(&store).await.len(), 1);
}

/// Appends of a call are applied in their order, also for conditions.
pub async fn a_condition_sees_the_earlier_appends_of_its_call(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let condition = || AppendCondition::new(tags(&["user:ada"]).into(), Position::START);
    let claim = |key: &str| Append::new([tagged(key, &["user:ada"])]).fail_if(condition());
    let outcomes =
        store.append(vec![claim("a"), claim("b"), Append::new([tagged("c", &["user:bob"])])]).await;
    let ok: Vec<_> = outcomes.iter().map(Result::is_ok).collect();
    assert_eq!(ok, [true, false, true], "{outcomes:?}");
    assert_eq!(log(&store).await.len(), 2);
}

/// Both have to hold.
pub async fn a_condition_and_an_expectation_are_both_checked(place: impl Fixture<Store: EventStore>) {
    let store = enrolled(&place).await;
    let a = stream("a");
    let write = |expected, types_: &[&str]| {
        Append::new([event(&a, "Left")])
            .expect(a.clone(), expected)
            .fail_if(AppendCondition::new(types(types_).into(), Position::START))
    };
    conflict(append(&store, write(ExpectedVersion::StreamExists, &["Enrolled"])).await);
    conflict(append(&store, write(ExpectedVersion::NoStream, &["Moved"])).await);
    written(append(&store, write(ExpectedVersion::StreamExists, &["Moved"])).await);
}

/// A condition may have as many terms as [`limits::QUERY_TERMS`] says, and is refused with more.
pub async fn a_condition_may_have_many_terms(place: impl Fixture<Store: EventStore>) {
    let store = enrolled(&place).await;
    let names = |count| (0..count).map(|n| event_type(&format!("t{n}")));
    let query = |count| Query::from(QueryItem::types(names(count)));
    assert!(!matches(&store, query(limits::QUERY_TERMS)).await);
    let mut last = types(&["Enrolled"]);
    last.types.splice(0..0, names(limits::QUERY_TERMS - 1));
    assert!(matches(&store, last).await);
    match append(&store, probe(query(limits::QUERY_TERMS + 1), Position::START)).await {
        Err(AppendError::Invalid(invalid)) => assert_eq!(invalid.field(), Field::Query),
        other => panic!("expected a refusal, not {other:?}"),
    }
}
