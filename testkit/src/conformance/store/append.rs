//! What an append writes, and what it answers.

use crate::conformance::{
    Fixture,
    steps::{event, history, log, positions, stream, versions, write},
};
use factum_core::{EventStore, StreamVersion};

/// Versions begin at 1.
pub async fn the_first_event_of_a_stream_has_version_one(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let a = stream("a");
    let receipt = write(&store, [event(&a, "1")]).await;
    assert_eq!(receipt.version_of(&a), Some(StreamVersion::FIRST), "by the receipt");
    assert_eq!(versions(&history(&store, &a).await), [1], "by the stream");
}

/// See [`Capabilities::gapless`](factum_core::store::Capabilities::gapless).
pub async fn positions_have_no_holes(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    for key in ["a", "b", "a", "c"] {
        write(&store, [event(&stream(key), "x"), event(&stream("other"), "y")]).await;
    }
    assert_eq!(positions(&log(&store).await), (1..=8).collect::<Vec<_>>());
}
