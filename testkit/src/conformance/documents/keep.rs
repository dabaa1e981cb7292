//! What was put is found, and listed.

use super::{Owner, all, balances, collection, delete, done, load, prepared, put};
use crate::conformance::Fixture;
use bytes::Bytes;
use factum_core::{
    limits,
    sink::{DocumentReader, DocumentSink},
};

/// There is room, and nothing in it.
pub async fn a_new_collection_is_empty(place: impl Fixture<Store: DocumentSink>) {
    let (sink, _) = prepared(&place).await;
    assert_eq!(load(&sink, &balances(), &["ada"]).await, [None]);
    assert_eq!(all(&sink, &balances()).await, [""; 0]);
}

/// If there is room already, nothing happens.
pub async fn a_collection_can_be_prepared_again(place: impl Fixture<Store: DocumentSink>) {
    let (sink, mut owner) = prepared(&place).await;
    owner.commit(&sink, &balances(), vec![put("ada", "1")]).await;
    done(sink.prepare(&balances()).await);
    assert_eq!(all(&sink, &balances()).await, ["ada=1"]);
}

/// At the index of their keys; `None` for those that do not exist.
pub async fn documents_are_found_at_the_index_of_their_keys(place: impl Fixture<Store: DocumentSink>) {
    let (sink, mut owner) = prepared(&place).await;
    owner.commit(&sink, &balances(), vec![put("ada", "1"), put("bob", "2"), put("eve", "3")]).await;
    let [one, two, three] = ["1", "2", "3"].map(|body| Some(Bytes::from(body)));
    assert_eq!(
        load(&sink, &balances(), &["eve", "nobody", "ada", "bob"]).await,
        [three, None, one.clone(), two]
    );
    assert_eq!(load(&sink, &balances(), &["ada", "ada"]).await, [one.clone(), one]);
    assert_eq!(load(&sink, &balances(), &[]).await, []);
}

/// Whether or not it was there.
pub async fn a_document_is_replaced(place: impl Fixture<Store: DocumentSink>) {
    let (sink, mut owner) = prepared(&place).await;
    for body in ["1", "22", "", "3"] {
        owner.commit(&sink, &balances(), vec![put("ada", body)]).await;
        assert_eq!(load(&sink, &balances(), &["ada"]).await, [Some(Bytes::from(body))]);
    }
    assert_eq!(all(&sink, &balances()).await, ["ada=3"]);
}

/// If it is there.
pub async fn a_document_is_removed(place: impl Fixture<Store: DocumentSink>) {
    let (sink, mut owner) = prepared(&place).await;
    owner.commit(&sink, &balances(), vec![put("ada", "1"), put("bob", "2")]).await;
    owner.commit(&sink, &balances(), vec![delete("ada"), delete("nobody")]).await;
    assert_eq!(all(&sink, &balances()).await, ["bob=2"]);
    owner.commit(&sink, &balances(), vec![delete("ada")]).await;
    owner.commit(&sink, &balances(), vec![put("ada", "again")]).await;
    assert_eq!(all(&sink, &balances()).await, ["ada=again", "bob=2"]);
}

/// By bytes, so neither by numbers nor as people would sort.
pub async fn documents_are_listed_in_the_order_of_their_keys(place: impl Fixture<Store: DocumentSink>) {
    let (sink, mut owner) = prepared(&place).await;
    let keys = ["b", "a", "B", "10", "9", "\u{e9}", "z", "a b", "a-b", "ab", "\u{1f600}"];
    owner.commit(&sink, &balances(), keys.iter().map(|key| put(key, "x")).collect()).await;
    let mut sorted = keys;
    sorted.sort_unstable();
    assert_eq!(all(&sink, &balances()).await, sorted.map(|key| format!("{key}=x")));
}

/// After a given key, which need not exist.
pub async fn documents_are_listed_in_pages(place: impl Fixture<Store: DocumentSink>) {
    let (sink, mut owner) = prepared(&place).await;
    let keys: Vec<String> = (0..10).map(|n| format!("key {n}")).collect();
    owner.commit(&sink, &balances(), keys.iter().map(|key| put(key, key)).collect()).await;
    for limit in 1..=11 {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = done(sink.scan(&balances(), after.clone(), limit).await);
            assert!(page.len() <= limit, "{} documents with a limit of {limit}", page.len());
            let Some(last) = page.last() else { break };
            after = Some(last.key.clone());
            found.extend(page.into_iter().map(|document| document.key));
            assert!(
                found.len() <= keys.len(),
                "with a limit of {limit}, documents are listed twice: {found:?}"
            );
        }
        assert_eq!(found, keys, "with a limit of {limit}");
    }
    let after = done(sink.scan(&balances(), Some("key 4x".into()), 2).await);
    assert_eq!(after.iter().map(|document| document.key.as_str()).collect::<Vec<_>>(), ["key 5", "key 6"]);
}

/// A collection is a name and a version of it.
pub async fn collections_are_told_apart(place: impl Fixture<Store: DocumentSink>) {
    let (sink, mut owner) = prepared(&place).await;
    let collections = [
        collection("balances", 2),
        collection("balances", 11),
        collection("balances_v1", 1),
        collection("b", 1),
    ];
    for other in &collections {
        done(sink.prepare(other).await);
        owner.commit(&sink, other, vec![put("ada", &other.to_string())]).await;
    }
    assert_eq!(all(&sink, &balances()).await, [""; 0]);
    for other in &collections {
        assert_eq!(all(&sink, other).await, [format!("ada={other}")]);
    }
}

/// A key may be any text, however long within [`limits::DOCUMENT_KEY_BYTES`].
pub async fn keys_of_any_text_are_kept(place: impl Fixture<Store: DocumentSink>) {
    let (sink, mut owner) = prepared(&place).await;
    let longest = "k".repeat(limits::DOCUMENT_KEY_BYTES);
    let keys =
        ["ada", "Ada", "ada ", "%", "_", "'; --", "\"", "a/b", "\u{e9}", "e\u{301}", "\u{1f600}", &longest];
    owner.commit(&sink, &balances(), keys.iter().map(|key| put(key, key)).collect()).await;
    let expected = keys.map(|key| Some(Bytes::copy_from_slice(key.as_bytes())));
    assert_eq!(load(&sink, &balances(), &keys).await, expected);
}

/// JSON to the byte.
pub async fn bodies_come_back_to_the_byte(place: impl Fixture<Store: DocumentSink>) {
    let (sink, mut owner) = prepared(&place).await;
    let large = format!("\"{}\"", "x".repeat(2_000_000));
    for body in [
        "{ \"b\" : 1,\t\"a\":2 }\n",
        r#"{"n":123456789012345678901234567890.0000,"z":"\u0000"}"#,
        "{\"\u{e4}\":\"\u{1f600}\"}",
        "null",
        &large,
    ] {
        owner.commit(&sink, &balances(), vec![put("ada", body)]).await;
        let found = load(&sink, &balances(), &["ada"]).await;
        assert!(
            found == [Some(Bytes::copy_from_slice(body.as_bytes()))],
            "{body:.60?} came back as {found:.60?}"
        );
    }
}

/// A rebuild writes many at once.
pub async fn many_changes_are_made_at_once(place: impl Fixture<Store: DocumentSink>) {
    let (sink, mut owner) = prepared(&place).await;
    owner.commit(&sink, &balances(), (0..3_000).map(|n| put(&format!("{n:04}"), "x")).collect()).await;
    let odd = (0..3_000).filter(|n| n % 2 == 1).map(|n| delete(&format!("{n:04}")));
    owner.commit(&sink, &balances(), odd.collect()).await;
    let left = all(&sink, &balances()).await;
    assert_eq!((left.len(), left[1].as_str()), (1_500, "0002=x"));
}

/// Several consumers may have a collection each in one sink.
pub async fn consumers_do_not_disturb_each_other(place: impl Fixture<Store: DocumentSink>) {
    let (sink, mut one) = prepared(&place).await;
    let totals = collection("totals", 1);
    done(sink.prepare(&totals).await);
    let mut other = Owner::of(&sink, "totals").await;
    for n in 1..=5 {
        one.commit(&sink, &balances(), vec![put("ada", &n.to_string())]).await;
        other.commit(&sink, &totals, vec![put("ada", &(n * 10).to_string())]).await;
    }
    assert_eq!(all(&sink, &balances()).await, ["ada=5"]);
    assert_eq!(all(&sink, &totals).await, ["ada=50"]);
}
