//! A payload comes back exactly as it was written.

use crate::conformance::{
    Fixture,
    steps::{event_with, log, stream, stream_page, write},
};
use bytes::Bytes;
use factum_core::{EventStore, limits, store::ReadStream};

/// Writes each payload, and reads it back from the log and from its stream.
async fn come_back(place: impl Fixture<Store: EventStore>, payloads: &[&[u8]]) {
    let store = place.open().await;
    write(&store, payloads.iter().map(|payload| event_with(Bytes::copy_from_slice(payload)))).await;
    let in_log = log(&store).await;
    let in_stream = stream_page(&store, ReadStream::new(stream("a"))).await.events;
    for ((payload, logged), streamed) in payloads.iter().zip(in_log).zip(in_stream) {
        let text = String::from_utf8_lossy(payload);
        assert_eq!(logged.payload, *payload, "{text:?} came back from the log in another form");
        assert_eq!(streamed.payload, *payload, "{text:?} came back from the stream in another form");
    }
}

/// No payload is a payload.
pub async fn an_empty_payload_comes_back(place: impl Fixture<Store: EventStore>) {
    come_back(place, &[b"", b"{}", b""]).await;
}

/// Order of keys, spaces and repeated keys.
pub async fn json_comes_back_to_the_byte(place: impl Fixture<Store: EventStore>) {
    come_back(
        place,
        &[
            b"{ \"b\" : 1,\t\"a\":2 }\n",
            br#"{"z":1,"a":2,"z":3}"#,
            br#"[ ]"#,
            b"null",
            b" true ",
            br#""a string""#,
            br#"{"a":"\u00e4\/\u0041"}"#,
        ],
    )
    .await;
}

/// More digits than any number type has, trailing zeros, exponents.
pub async fn long_numbers_come_back(place: impl Fixture<Store: EventStore>) {
    come_back(
        place,
        &[
            br#"{"n":123456789012345678901234567890}"#,
            br#"{"n":123456789012345678901234567890.0000}"#,
            br#"{"n":0.1000000000000000055511151231257827}"#,
            br#"{"n":1e400,"m":-0.0,"k":1E+2}"#,
            b"9223372036854775808",
            b"12",
            b"1.0",
        ],
    )
    .await;
}

/// Databases that keep JSON in a type of their own refuse it.
pub async fn an_escaped_nul_comes_back(place: impl Fixture<Store: EventStore>) {
    come_back(place, &[br#"{"z":"\u0000"}"#, br#"{"z":"a\u0000b \ud83d\ude00"}"#, br#"{"z":"\ud800"}"#])
        .await;
}

/// Beyond the first plane, and forms that a normaliser would merge.
pub async fn unicode_comes_back(place: impl Fixture<Store: EventStore>) {
    come_back(
        place,
        &[
            "{\"\u{e4}\":\"\u{1f600}\"}".as_bytes(),
            "{\"composed\":\"\u{e9}\",\"decomposed\":\"e\u{301}\"}".as_bytes(),
            "\u{feff}{}".as_bytes(),
            "\"\u{2028}\u{200b}\u{202e}\"".as_bytes(),
        ],
    )
    .await;
}

/// A payload need not be text.
pub async fn bytes_that_are_no_text_come_back(place: impl Fixture<Store: EventStore>) {
    let all: Vec<u8> = (0..=255).collect();
    come_back(place, &[&all, &[0xff], &[0, 159, 146, 150, 255], b"\xef\xbb", b"\xed\xa0\x80", b"\0\xff"])
        .await;
}

/// Text with NULs is where C strings end.
pub async fn nul_bytes_come_back(place: impl Fixture<Store: EventStore>) {
    come_back(place, &[b"\0", b"\0\0", b"a\0b", b"{}\0", b"\0{}"]).await;
}

/// Line ends are where lines of a file end.
pub async fn line_ends_come_back(place: impl Fixture<Store: EventStore>) {
    come_back(place, &[b"\n", b"a\nb\n", b"a\r\nb", b"\r", b"{}\n{}\n", b"\t"]).await;
}

/// What would be something else in SQL, a path or a shell.
pub async fn text_that_means_something_elsewhere_comes_back(place: impl Fixture<Store: EventStore>) {
    come_back(
        place,
        &[b"'; DROP TABLE events; --", b"x'00'", b"NULL", b"$1 ?1 :a", b"%s %n {0}", b"\\x00", b"\\"],
    )
    .await;
}

/// Larger than any buffer that is likely to be there.
pub async fn a_large_payload_comes_back(place: impl Fixture<Store: EventStore>) {
    let mut text = vec![b'x'; 3_000_000];
    text[2_999_999] = b'y';
    let mut binary = text.clone();
    binary[1_500_000] = 0xff;
    come_back(place, &[&text, &binary]).await;
}

/// See [`limits::PAYLOAD_BYTES`].
pub async fn the_largest_payload_comes_back(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let mut payload = vec![b'x'; limits::PAYLOAD_BYTES];
    payload[limits::PAYLOAD_BYTES - 1] = b'y';
    let payload = Bytes::from(payload);
    write(&store, [event_with(payload.clone())]).await;
    let found = log(&store).await;
    assert_eq!(found[0].payload.len(), payload.len(), "bytes");
    assert!(found[0].payload == payload, "the bytes are others");
}
