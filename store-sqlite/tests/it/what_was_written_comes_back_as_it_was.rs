//! Where SQLite's types are not Rust's, and where the store's own encoding has edges.

use crate::place::{Place, event, log};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use factum_core::{Append, EventAppender, Metadata};
use serde_json::{Value, json};

#[tokio::test]
async fn payloads_between_text_and_bytes() {
    let place = Place::new();
    let store = place.open().await;
    let mut long = vec![b'x'; 5 << 20];
    long[4 << 20] = 0;
    let mut long_binary = long.clone();
    long_binary[1] = 0xff;
    let payloads: Vec<Bytes> = [
        b"".as_slice(),
        b"\0",
        b"\0\0",
        b"a\0b",
        b"\xff",
        b"\0\xff",
        b"{\"a\":\"\\u0000\"}",
        "\u{feff}{}".as_bytes(),
        b"\xef\xbb",
        b"\xed\xa0\x80",
        b"x'00'",
        b"12",
        b"1e400",
        b"NULL",
        &long,
        &long_binary,
    ]
    .into_iter()
    .map(Bytes::copy_from_slice)
    .collect();
    let events = payloads.iter().map(|payload| {
        let mut event = event("a", "");
        event.payload = payload.clone();
        event
    });
    store.append_one(Append::new(events)).await.unwrap();
    let read: Vec<_> = log(&store).await.into_iter().map(|event| event.payload).collect();
    assert!(read == payloads);
}

#[tokio::test]
async fn times_at_both_ends() {
    let place = Place::new();
    let store = place.open().await;
    let micro = TimeDelta::microseconds(1);
    let epoch = DateTime::UNIX_EPOCH;
    let times = [
        DateTime::<Utc>::MIN_UTC,
        epoch - TimeDelta::days(365 * 100) - micro,
        epoch - micro,
        epoch,
        epoch + micro,
        DateTime::<Utc>::MAX_UTC,
    ];
    store.append_one(Append::new(times.map(|time| event("a", "{}").with_time(time)))).await.unwrap();
    let read: Vec<_> = log(&store).await.into_iter().map(|event| event.time).collect();
    assert_eq!(read, times.map(|time| chrono::SubsecRound::trunc_subsecs(time, 6)));
}

/// Or it is refused; but what is accepted must not make the log unreadable.
#[tokio::test]
async fn metadata_of_every_shape() {
    let place = Place::new();
    let store = place.open().await;
    let deep = |levels| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    let values: Vec<Value> = vec![
        json!(null),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(0.1 + 0.2),
        json!(122.416_294_033_786_58),
        json!(f64::MAX),
        json!(f64::MIN_POSITIVE),
        json!(5e-324),
        json!(5.164_466_425_822_488e-228),
        json!(-0.0),
        json!("\0\u{1}\u{7f}\u{2028}"),
        json!({"z": 1, "a": {"": []}}),
        deep(100),
        deep(126),
        deep(127),
        deep(128),
        deep(1_000),
    ];
    for (n, value) in values.into_iter().enumerate() {
        let metadata = Metadata::default().with("value", value);
        let append = Append::new([event("a", n.to_string()).with_metadata(metadata.clone())]);
        match store.append_one(append).await {
            Ok(_) => assert_eq!(log(&store).await.pop().unwrap().metadata, metadata),
            Err(error) => assert!(matches!(error, factum_core::AppendError::Invalid(_)), "{error:?}"),
        }
    }
}
