use crate::stores::{Store, append, conflict, event, log, on_every_store, stream};
use factum::{
    Append, AppendCondition, Conflict, EventType, NewEvent, Position, Query, QueryItem, Tag,
    store::EventAppenderExt,
};
use std::sync::Arc;
use tokio::sync::Barrier;

on_every_store! {
    only_matching_events_after_its_position_matter,
    types_tags_and_categories_are_told_apart,
    two_parallel_writers_cannot_both_meet_it,
}

fn tag(name: &str) -> Tag {
    Tag::new(name).unwrap()
}

fn tagged(name: &str, tags: &[&str]) -> NewEvent {
    event(&stream(name), name).with_tags(tags.iter().map(|t| tag(t)))
}

async fn only_matching_events_after_its_position_matter(store: impl Store) {
    let seen = store.append_one(Append::new([tagged("Taken", &["user:ada"])])).await.unwrap().position();
    append(&store, &stream("other"), "Other").await;
    let write = |after| {
        let query = Query::from(QueryItem::tags([tag("user:ada")]));
        Append::new([tagged("Taken", &["user:ada"])]).fail_if(AppendCondition::new(query, after))
    };
    let unseen = conflict(store.append_one(write(Position::START)).await);
    assert_eq!(unseen, Conflict::condition(Position::START, seen));
    let second = store.append_one(write(seen)).await.unwrap().position();
    assert_eq!(conflict(store.append_one(write(seen)).await), Conflict::condition(seen, second));
    assert_eq!(log(&store).await.len(), 3);
}

async fn types_tags_and_categories_are_told_apart(store: impl Store) {
    let event = tagged("Enrolled", &["course:rust", "student:ada"]);
    store.append_one(Append::new([event])).await.unwrap();
    let type_ = |name: &'static str| QueryItem::types([EventType::from_static(name)]);
    for (item, matches) in [
        (type_("Enrolled"), true),
        (type_("Left"), false),
        (QueryItem::tags([tag("course:rust"), tag("student:ada")]), true),
        (QueryItem::tags([tag("course:rust"), tag("student:bob")]), false),
        (type_("Enrolled").tag(tag("course:rust")), true),
        (type_("Left").tag(tag("course:rust")), false),
        (QueryItem::categories(["account".parse().unwrap()]), true),
        (QueryItem::categories(["course".parse().unwrap()]), false),
        (type_("Enrolled").category("course".parse().unwrap()), false),
    ] {
        let condition = AppendCondition::new(Query::from(item.clone()), Position::START);
        let append = Append::new([crate::stores::event(&stream("probe"), "Probed")]).fail_if(condition);
        assert_eq!(store.append_one(append).await.is_err(), matches, "{item:?}");
    }
}

async fn two_parallel_writers_cannot_both_meet_it(store: impl Store) {
    for round in 0..20 {
        let name = format!("user:{round}");
        let start = Arc::new(Barrier::new(8));
        let writers: Vec<_> = (0..8)
            .map(|n| {
                let (store, start, name) = (store.clone(), Arc::clone(&start), name.clone());
                tokio::spawn(async move {
                    // Each writes to a stream of its own, so that only the condition stands between them.
                    let claim = event(&stream(&format!("{name}-{n}")), "Claimed").with_tags([tag(&name)]);
                    let condition =
                        AppendCondition::new(QueryItem::tags([tag(&name)]).into(), Position::START);
                    start.wait().await;
                    store.append_one(Append::new([claim]).fail_if(condition)).await.is_ok()
                })
            })
            .collect();
        let mut won = 0;
        for writer in writers {
            won += u32::from(writer.await.unwrap());
        }
        assert_eq!(won, 1, "round {round}");
    }
}
