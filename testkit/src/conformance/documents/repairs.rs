//! Documents that are to be made anew. See [`GenerationStore::repair`].

use super::{Owner, done, prepared};
use crate::conformance::Fixture;
use factum_core::{
    LogId,
    sink::{DocumentSink, GenerationStore, RepairId},
};

async fn ask(sink: &impl GenerationStore, owner: &Owner, document: &str) -> RepairId {
    done(sink.repair(&owner.key.consumer, owner.key.log, document).await)
}

async fn answer(sink: &impl GenerationStore, owner: &Owner, repair: RepairId, failure: Option<&str>) {
    done(sink.repaired(&owner.key.consumer, owner.key.log, repair, failure).await);
}

/// What is asked for, as `document`, or `document: failure`; of one document or of all.
async fn asked(sink: &impl GenerationStore, owner: &Owner, document: Option<&str>) -> Vec<String> {
    let repairs = done(sink.repairs(&owner.key.consumer, owner.key.log, document).await);
    let told = |repair: &factum_core::sink::Repair| match &repair.failure {
        Some(why) => format!("{}: {why}", repair.document),
        None => repair.document.clone(),
    };
    repairs.iter().map(told).collect()
}

/// In the order in which it was asked for, whatever the keys are; and of one document if that is asked.
pub async fn what_is_asked_for_is_listed(place: impl Fixture<Store: DocumentSink>) {
    let (sink, owner) = prepared(&place).await;
    assert_eq!(asked(&sink, &owner, None).await, [""; 0]);
    let keys = ["eve", "ada", "Ada", "a'; --", "gr\u{f6}\u{df}e \u{1f600}", "ada "];
    let mut ids = Vec::new();
    for key in keys {
        ids.push(ask(&sink, &owner, key).await);
    }
    assert_eq!(asked(&sink, &owner, None).await, keys);
    let repairs = done(sink.repairs(&owner.key.consumer, owner.key.log, None).await);
    assert_eq!(repairs.iter().map(|repair| repair.id).collect::<Vec<_>>(), ids);
    for key in keys {
        assert_eq!(asked(&sink, &owner, Some(key)).await, [key]);
    }
    assert_eq!(asked(&sink, &owner, Some("bob")).await, [""; 0]);
}

/// It, and nothing else.
pub async fn what_is_done_is_forgotten(place: impl Fixture<Store: DocumentSink>) {
    let (sink, owner) = prepared(&place).await;
    let first = ask(&sink, &owner, "ada").await;
    ask(&sink, &owner, "bob").await;
    for _ in 0..2 {
        answer(&sink, &owner, first, None).await;
        assert_eq!(asked(&sink, &owner, None).await, ["bob"]);
    }
    answer(&sink, &owner, RepairId::random(), None).await;
    assert_eq!(asked(&sink, &owner, None).await, ["bob"]);
}

/// Until it is asked for again, or was done.
pub async fn why_it_could_not_be_done_is_kept(place: impl Fixture<Store: DocumentSink>) {
    let (sink, owner) = prepared(&place).await;
    let first = ask(&sink, &owner, "ada").await;
    for why in ["no", "it's no \"use\";\n gr\u{f6}\u{df}e \u{1f600}", ""] {
        answer(&sink, &owner, first, Some(why)).await;
        assert_eq!(asked(&sink, &owner, None).await, [format!("ada: {why}")]);
    }
    let again = ask(&sink, &owner, "ada").await;
    assert_eq!(asked(&sink, &owner, None).await, ["ada"]);
    answer(&sink, &owner, again, Some("no")).await;
    answer(&sink, &owner, again, None).await;
    assert_eq!(asked(&sink, &owner, None).await, [""; 0]);
}

/// An answer to what was asked before is none to what is asked since: the code may have been mended in between.
pub async fn a_document_is_asked_for_once(place: impl Fixture<Store: DocumentSink>) {
    let (sink, owner) = prepared(&place).await;
    let first = ask(&sink, &owner, "ada").await;
    let again = ask(&sink, &owner, "ada").await;
    assert!(first != again, "both are {first}");
    for failure in [None, Some("no")] {
        answer(&sink, &owner, first, failure).await;
        assert_eq!(asked(&sink, &owner, None).await, ["ada"]);
    }
    answer(&sink, &owner, again, None).await;
    assert_eq!(asked(&sink, &owner, None).await, [""; 0]);
}

/// However many they are, they do not hide what waits.
pub async fn those_that_have_failed_come_last(place: impl Fixture<Store: DocumentSink>) {
    let (sink, owner) = prepared(&place).await;
    for n in 0..1_005 {
        let repair = ask(&sink, &owner, &n.to_string()).await;
        answer(&sink, &owner, repair, Some("no")).await;
    }
    ask(&sink, &owner, "eve").await;
    ask(&sink, &owner, "ada").await;
    let found = asked(&sink, &owner, None).await;
    assert_eq!((found.len(), &found[..3]), (1_000, &["eve", "ada", "0: no"].map(str::to_owned)[..]));
}

/// Each generation of a read model is made by a consumer of its own.
pub async fn consumers_and_logs_are_asked_apart(place: impl Fixture<Store: DocumentSink>) {
    let (sink, owner) = prepared(&place).await;
    let first = ask(&sink, &owner, "ada").await;
    let next = owner.key.consumer.generation(1).expect("a valid name");
    for (consumer, log) in [(&next, owner.key.log), (&owner.key.consumer, LogId::random())] {
        assert_eq!(done(sink.repairs(consumer, log, None).await), []);
        let other = done(sink.repair(consumer, log, "ada").await);
        done(sink.repaired(consumer, log, first, None).await);
        assert_eq!(asked(&sink, &owner, None).await, ["ada"]);
        answer(&sink, &owner, other, Some("no")).await;
        assert_eq!(done(sink.repairs(consumer, log, None).await).len(), 1);
        assert_eq!(asked(&sink, &owner, None).await, ["ada"]);
    }
}
