//! Documents of sinks that keep what they have, and of sinks that are open twice.

use super::{all, balances, delete, done, prepared, put};
use crate::conformance::Fixture;
use factum_core::{
    CheckpointStore,
    sink::{DocumentSink, GenerationStore},
};

/// With the checkpoint that says what is in them.
pub async fn documents_survive(place: impl Fixture<Store: DocumentSink>) {
    let (sink, mut owner) = prepared(&place).await;
    owner.commit(&sink, &balances(), vec![put("ada", "1"), put("bob", "2"), put("eve", "3")]).await;
    owner.commit(&sink, &balances(), vec![delete("bob"), put("eve", "4")]).await;
    drop(sink);
    let again = place.open().await;
    done(again.prepare(&balances()).await);
    assert_eq!(all(&again, &balances()).await, ["ada=1", "eve=4"]);
    let found = done(again.checkpoint(&owner.key).await);
    assert_eq!(found.map(|found| (found.position.get(), found.epoch)), Some((2, owner.epoch)));
    owner.commit(&again, &balances(), vec![put("bob", "5")]).await;
    assert_eq!(all(&again, &balances()).await, ["ada=1", "bob=5", "eve=4"]);
}

/// What one has committed, the other reads.
pub async fn one_reads_what_the_other_committed(place: impl Fixture<Store: DocumentSink>) {
    let (one, mut owner) = prepared(&place).await;
    let other = place.open().await;
    for n in 1..=5 {
        owner.commit(&one, &balances(), vec![put("ada", &n.to_string())]).await;
        assert_eq!(all(&other, &balances()).await, [format!("ada={n}")]);
    }
    owner.commit(&other, &balances(), vec![delete("ada")]).await;
    assert_eq!(all(&one, &balances()).await, [""; 0]);
}

/// A document that somebody has asked for is made anew, whatever crashes.
pub async fn what_is_asked_for_survives(place: impl Fixture<Store: DocumentSink>) {
    let (sink, owner) = prepared(&place).await;
    let (consumer, log) = (&owner.key.consumer, owner.key.log);
    let failed = done(sink.repair(consumer, log, "ada").await);
    done(sink.repair(consumer, log, "bob").await);
    done(sink.repaired(consumer, log, failed, Some("no")).await);
    let before = done(sink.repairs(consumer, log, None).await);
    assert_eq!(before.len(), 2, "{before:?}");
    drop(sink);
    let again = place.open().await;
    assert_eq!(done(again.repairs(consumer, log, None).await), before);
}
