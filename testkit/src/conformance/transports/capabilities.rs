//! A transport is what it says it is.

use crate::conformance::{Capability, Fixture};
use factum_messaging::Transport;

/// What was declared to the suite is what the transport says, so that no case is left out by mistake.
pub async fn the_transport_says_what_is_declared(
    place: impl Fixture<Store: Transport>,
    declared: &'static [Capability],
) {
    let says = place.open().await.capabilities();
    for (capability, it_says) in [
        (Capability::Keeps, says.keeps),
        (Capability::Competes, says.competes),
        (Capability::Redelivers, says.redelivers),
        (Capability::Delays, says.delays),
        (Capability::Replays, says.replays),
    ] {
        assert_eq!(it_says, declared.contains(&capability), "whether it {capability}");
    }
}
