//! Generations that are read no longer are removed. See [`GenerationStore::remove_generation`].

use super::{Owner, all, collection, done, put};
use crate::conformance::{
    Fixture,
    steps::{event_type, stream},
};
use factum_core::{
    ConsumerName, Position,
    checkpoint::Advance,
    lease::{Group, LeaseStore, NodeId},
    quarantine::{Change, Lane, ListParked},
    sink::{DocumentReader, DocumentSink, GenerationStore, Removal},
};
use std::time::Duration;

fn consumer() -> ConsumerName {
    collection("balances", 1).consumer().expect("a valid name")
}

/// Makes a generation that has something of everything.
async fn filled(sink: &impl DocumentSink, generation: u32) -> Owner {
    let documents = collection("balances", 1).in_generation(generation);
    done(sink.prepare(&documents).await);
    let name = consumer().generation(generation).expect("a valid name");
    let owner = Owner::of(sink, name.as_str()).await;
    let (lane, position) = (Lane::Document("bob".to_owned()), Position::new(1));
    let (stream, event_type) = (stream("7"), event_type("Opened"));
    let park = Change::Park { lane, position, stream, event_type, failure: None };
    let advance = Advance::new(owner.key.clone(), owner.epoch, position).quarantine(vec![park]);
    let committed = sink.commit(sink.changes(&documents, vec![put("ada", "1")]), advance).await;
    assert!(committed.is_ok(), "{committed:?}");
    done(sink.repair(&owner.key.consumer, owner.key.log, "eve").await);
    owner
}

/// Whether there is everything of it, or nothing.
async fn is_there(sink: &impl DocumentSink, owner: &Owner, generation: u32) -> bool {
    let documents = collection("balances", 1).in_generation(generation);
    done(sink.prepare(&documents).await);
    let (consumer, log) = (&owner.key.consumer, owner.key.log);
    let there = [
        !all(sink, &documents).await.is_empty(),
        done(sink.checkpoint(&owner.key).await).is_some(),
        !done(sink.parked(ListParked::new(consumer.clone(), log)).await).is_empty(),
        !done(sink.repairs(consumer, log, None).await).is_empty(),
    ];
    assert!(there.iter().all(|is| *is == there[0]), "documents, checkpoint, quarantine, repairs: {there:?}");
    there[0]
}

/// With all that it has, and nothing of the others.
pub async fn a_generation_that_is_not_needed_is_removed(place: impl Fixture<Store: DocumentSink>) {
    let sink = place.open().await;
    let (first, second) = (filled(&sink, 0).await, filled(&sink, 1).await);
    let third = filled(&sink, 11).await;
    for _ in 0..2 {
        assert_eq!(done(sink.remove_generation(&consumer(), 1).await), Removal::Removed);
        assert!(!is_there(&sink, &second, 1).await);
    }
    assert!(is_there(&sink, &first, 0).await && is_there(&sink, &third, 11).await);
}

/// The one that is read, and the one that is being made.
pub async fn one_that_is_needed_stays(place: impl Fixture<Store: DocumentSink>) {
    let sink = place.open().await;
    let (first, second) = (filled(&sink, 0).await, filled(&sink, 1).await);
    assert_eq!(done(sink.remove_generation(&consumer(), 0).await), Removal::Active);
    assert_eq!(done(sink.rebuild(&consumer(), true).await), 1);
    assert_eq!(done(sink.remove_generation(&consumer(), 0).await), Removal::Active);
    assert_eq!(done(sink.remove_generation(&consumer(), 1).await), Removal::Filling);
    assert!(is_there(&sink, &first, 0).await && is_there(&sink, &second, 1).await);
    done(sink.abandon(&consumer()).await);
    assert_eq!(done(sink.remove_generation(&consumer(), 1).await), Removal::Removed);
    assert!(is_there(&sink, &first, 0).await && !is_there(&sink, &second, 1).await);
    assert_eq!(done(sink.rebuild(&consumer(), true).await), 2, "its number is not given again");
    assert!(done(sink.scan(&collection("balances", 1), None, 1).await).len() == 1);
}

/// It would be made again otherwise, from the first event.
pub async fn one_that_a_node_runs_stays(place: impl Fixture<Store: DocumentSink>) {
    let sink = place.open().await;
    let second = filled(&sink, 1).await;
    let group = Group::new(second.key.consumer.clone(), second.key.log, 1);
    let (node, ttl) = (NodeId::random(), Duration::from_secs(600));
    done(sink.beat(&group, node, ttl).await);
    assert_eq!(done(sink.remove_generation(&consumer(), 1).await), Removal::Running);
    assert!(is_there(&sink, &second, 1).await);
    done(sink.leave(&group, node).await);
    assert_eq!(done(sink.remove_generation(&consumer(), 1).await), Removal::Removed);
    assert!(!is_there(&sink, &second, 1).await);
    assert_eq!(done(sink.groups().await).len(), 0);
}
