//! Appends that do not come in a list: a store may have a way of its own for them.

use crate::conformance::{
    Fixture,
    steps::{append, event, history, log, names, stream, tag, versions, write, written},
    store::concurrent::one_wins_each_version,
};
use factum_core::{
    Append, AppendCondition, EventAppender, EventReader, EventStore, ExpectedVersion, Position, Query,
    StreamVersion, limits,
};
use std::sync::Arc;

/// What is refused in a list is refused alone, for the same reason.
pub async fn an_append_alone_is_refused_as_in_a_list(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let a = stream("a");
    let taken = event(&a, "taken");
    write(&store, [taken.clone()]).await;
    let new = |name: &str| Append::new([event(&stream("b"), "beside"), event(&a, name)]);
    let unmet = || AppendCondition::new(Query::all(), Position::START);
    let too_many = (0..=limits::TAGS).map(|n| tag(&format!("t:{n}")));
    for refused in [
        new("late").expect(a.clone(), ExpectedVersion::NoStream),
        new("conditional").fail_if(unmet()),
        new("both").expect(a.clone(), ExpectedVersion::NoStream).fail_if(unmet()),
        Append::new([event(&a, "beside"), taken.clone()]),
        Append::new([event(&a, "beside"), event(&a, "tagged").with_tags(too_many)]),
    ] {
        let listed = append(&store, refused.clone()).await.expect_err("it is to be refused in a list");
        let Err(alone) = store.append_one(refused).await else {
            panic!("in a list: {listed}; alone: written")
        };
        assert_eq!(format!("{alone:?}"), format!("{listed:?}"));
    }
    assert_eq!(names(&log(&store).await), ["taken"]);
}

/// What is written in a list is written alone, with the same receipt.
pub async fn an_append_alone_is_written_as_in_a_list(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let (a, b) = (stream("a"), stream("b"));
    let seen = write(&store, [event(&a, "1")]).await.position();
    let met = Append::new([event(&b, "2"), event(&a, "3"), event(&b, "4")])
        .expect(a.clone(), ExpectedVersion::Exact(StreamVersion::FIRST))
        .fail_if(AppendCondition::new(Query::all(), seen));
    let mut watch = store.watch();
    let receipt = written(store.append_one(met).await);
    super::watch::woken_with(&store, &mut watch, 4).await;
    let found = log(&store).await;
    assert_eq!(names(&found), ["1", "2", "3", "4"]);
    assert_eq!(
        (versions(&history(&store, &a).await), versions(&history(&store, &b).await)),
        (vec![1, 2], vec![1, 2])
    );
    let told: Vec<_> = receipt.written.iter().map(|w| (&w.stream, w.version.get(), w.position)).collect();
    assert_eq!(told, [(&b, 2, found[3].position), (&a, 2, found[2].position)]);
    assert_eq!((receipt.log, receipt.recorded_at), (store.log_id(), found[3].recorded_at));
}

/// An append without events is a no-op, whose expectations are not looked at.
pub async fn an_append_alone_may_have_no_events(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let nothing = Append::default().expect(stream("a"), ExpectedVersion::StreamExists);
    let receipt = written(store.append_one(nothing).await);
    assert!(receipt.is_empty(), "{receipt:?}");
    assert_eq!(receipt.log, store.log_id());
    assert!(log(&store).await.is_empty());
}

/// Between the check and the write, nobody else writes.
pub async fn one_of_many_appends_alone_finds_each_version(place: impl Fixture<Store: EventStore>) {
    let store = Arc::new(place.open().await);
    one_wins_each_version(&store, |store, new| async move { store.append_one(new).await }).await;
}
