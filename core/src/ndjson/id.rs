use crate::{EventId, StreamId, StreamVersion};
use uuid::Uuid;

/// Never to be changed: the ids that were derived in it are in people's logs.
const NAMESPACE: Uuid = Uuid::from_u128(0x3e7c_028b_3b07_4b33_af6a_6d91_86ca_d581);

/// A stream's name may have a `/`, a version has none, so the last one separates them and no two events share a name.
pub(super) fn derived(stream: &StreamId, version: StreamVersion) -> EventId {
    EventId(Uuid::new_v5(&NAMESPACE, format!("{stream}/{version}").as_bytes()))
}
