//! Streams that are longer than a narrow number can count.

use crate::conformance::{
    Fixture,
    steps::{append, conflict, event, positions, read, stream, stream_page, versions, write, written},
};
use factum_core::{
    Append, Conflict, EventReader, EventStore, ExpectedVersion, StreamVersion, limits,
    store::{ListStreams, ReadStream},
};

/// Four events more than sixteen bits can count.
const LENGTH: u64 = 65_540;

/// See [`StreamVersion`]: versions have no gaps, and no end that a stream could reach.
pub async fn versions_go_on_beyond_sixteen_bits(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let a = stream("a");
    let mut left = LENGTH as usize;
    while left > 0 {
        let count = left.min(limits::EVENTS_PER_APPEND);
        write(&store, (0..count).map(|_| event(&a, "x"))).await;
        left -= count;
    }

    let version = StreamVersion::new(LENGTH);
    let narrow = StreamVersion::new(LENGTH - 65_536);
    let listed = read(store.streams(ListStreams::all()).await);
    assert_eq!(listed[0].version, version, "by the list of streams");

    let page = stream_page(&store, ReadStream::new(a.clone()).after(StreamVersion::new(LENGTH - 5))).await;
    assert_eq!(versions(&page.events), (LENGTH - 4..=LENGTH).collect::<Vec<_>>());
    assert!(positions(&page.events)[0] >= LENGTH - 4, "{page:?}");
    assert!(page.done);

    let next =
        |expected| Append::new([event(&a, "next")]).expect(a.clone(), ExpectedVersion::Exact(expected));
    let found = conflict(append(&store, next(narrow)).await);
    assert_eq!(found, Conflict::version(a.clone(), ExpectedVersion::Exact(narrow), version));
    assert_eq!(written(append(&store, next(version)).await).version_of(&a), Some(version.next()));
}
