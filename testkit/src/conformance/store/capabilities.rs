//! What a store declares.

use crate::conformance::{Capability, Fixture};
use factum_core::{EventReader, EventStore, store::Capabilities};

/// See [`EventReader::capabilities`].
pub async fn the_declared_capabilities_are_those_of_the_store(
    place: impl Fixture<Store: EventStore>,
    declared: &[Capability],
) {
    let store = place.open().await;
    let expected = declared.iter().fold(Capabilities::none(), |all, capability| match capability {
        Capability::Gapless => all.gapless(),
        Capability::Durable => all.durable(),
        Capability::Shared => all.shared(),
        // Not something that a store says of itself, or of a transport.
        _ => all,
    });
    assert_eq!(store.capabilities(), expected, "what the store says, and what was declared to the suite");
}
