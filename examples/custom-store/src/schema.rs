//! What the file holds. Whatever is derived is left out: positions and versions follow from the order of the records.

use bytes::Bytes;
use chrono::serde::{ts_microseconds, ts_microseconds_option};
use factum_core::{
    ConsumerName, EventId, EventType, LogId, Metadata, NewEvent, Position, StreamId, StreamVersion, Tag,
    Timestamp,
};
use serde::{Deserialize, Serialize};

/// One change, whole or not there. The file names a variant by its place in this list: new ones go to the end.
#[derive(Serialize, Deserialize)]
pub(crate) enum Record {
    /// All events of an append, so that none is there without the others.
    Append {
        #[serde(with = "ts_microseconds")]
        recorded_at: Timestamp,
        events: Vec<Entry>,
    },
    /// Where a checkpoint is from now on, and whose it is.
    Checkpoint { consumer: ConsumerName, log: LogId, partition: u16, position: Position, epoch: u64 },
    /// Takes the place of the snapshot of the same stream and schema.
    Snapshot { stream: StreamId, version: StreamVersion, schema: u32, state: Bytes },
    /// All snapshots of a stream are gone.
    SnapshotsDeleted { stream: StreamId },
}

/// An event as its writer gave it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Entry {
    stream: StreamId,
    id: EventId,
    event_type: EventType,
    type_version: u32,
    tags: Vec<Tag>,
    payload: Bytes,
    #[serde(with = "metadata")]
    metadata: Metadata,
    #[serde(with = "ts_microseconds_option")]
    time: Option<Timestamp>,
}

impl From<NewEvent> for Entry {
    fn from(event: NewEvent) -> Self {
        Self {
            stream: event.stream,
            id: event.id,
            event_type: event.event_type,
            type_version: event.type_version,
            tags: event.tags,
            payload: event.payload,
            metadata: event.metadata,
            time: event.time,
        }
    }
}

impl From<Entry> for NewEvent {
    fn from(entry: Entry) -> Self {
        let mut event = Self::from_parts(entry.id, entry.stream, entry.event_type, entry.payload)
            .with_tags(entry.tags)
            .with_metadata(entry.metadata);
        event.type_version = entry.type_version;
        event.time = entry.time;
        event
    }
}

/// Metadata has fields of any name and kind. The file's own format cannot describe such things, so it keeps the JSON.
mod metadata {
    use bytes::Bytes;
    use factum_core::Metadata;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};

    pub(super) fn serialize<S: Serializer>(metadata: &Metadata, to: S) -> Result<S::Ok, S::Error> {
        metadata.to_bytes().map_err(S::Error::custom)?.unwrap_or_default().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Metadata, D::Error> {
        let json = Bytes::deserialize(from)?;
        if json.is_empty() {
            return Ok(Metadata::default());
        }
        Metadata::from_bytes(&json).map_err(D::Error::custom)
    }
}
