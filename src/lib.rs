#![doc = include_str!("../README.md")]

/// The derive macros; each shares its name with the trait that it implements.
pub use factum_macros::{Aggregate, Command, Decider, Event, Id, ProcessManager, Projection};

#[doc(no_inline)]
pub use factum_core::{
    Aggregate, AggregateId, App, Append, AppendCondition, AppendError, Apply, AskError, Category,
    CausationId, Causes, Checkpoint, CheckpointKey, CheckpointStore, Command, Committed, Conflict,
    ConsumerName, CorrelationId, Decider, Documents, Event, EventAppender, EventEnum, EventId, EventReader,
    EventStore, EventType, Events, ExpectedVersion, Handle, InboxStore, Invalid, Keys, LeaseStore, LogId,
    MessageKey, Metadata, Never, NewEvent, OnConflict, Position, ProcessManager, Projection, QuarantineStore,
    Query, QueryItem, React, ReadQuery, Receipt, Recorded, RecordedEvent, Scope, Selection, SendError,
    Snapshot, SnapshotStore, StoreError, StreamId, StreamVersion, Tag, Timestamp, Topic, TopicPattern, Trace,
    View, Violations,
};
#[doc(inline)]
pub use factum_core::{
    app, bus, checkpoint, decider, event, events, inbox, invalid, lease, limits, ndjson, process, projection,
    quarantine, query, receipt, sink, snapshot, store, stream, topic, trace,
};

/// The crates whose types are part of this API: payloads, times, metadata and ids.
pub use {bytes, chrono, serde_json, uuid};

#[doc(hidden)]
pub use factum_core::__private;

#[doc(inline)]
pub use factum_messaging as messaging;
#[doc(inline)]
pub use factum_projections as projections;

#[cfg(feature = "memory")]
#[doc(inline)]
pub use factum_store_memory as memory;
#[cfg(feature = "memory")]
#[doc(no_inline)]
pub use factum_store_memory::MemoryStore;

#[cfg(feature = "postgres")]
#[doc(inline)]
pub use factum_store_postgres as postgres;
#[cfg(feature = "postgres")]
#[doc(no_inline)]
pub use factum_store_postgres::PgStore;

#[cfg(feature = "sqlite")]
#[doc(inline)]
pub use factum_store_sqlite as sqlite;
#[cfg(feature = "sqlite")]
#[doc(no_inline)]
pub use factum_store_sqlite::SqliteStore;

#[cfg(doctest)]
mod guide;

/// What an application's domain needs: `use factum::prelude::*;`.
pub mod prelude {
    pub use crate::{
        Aggregate, App, Apply, AskError, Command, Decider, Documents, Event, Events, Handle, Id, Keys, Never,
        ProcessManager, Projection, React, ReadQuery, Recorded, SendError, View, events,
        process::{Next, Rejected},
        projections::{AppBuilderExt as _, AppExt as _},
    };
    #[cfg(feature = "memory")]
    pub use factum_store_memory::MemoryStore;
    #[cfg(feature = "postgres")]
    pub use factum_store_postgres::PgStore;
    #[cfg(feature = "sqlite")]
    pub use factum_store_sqlite::SqliteStore;
    pub use serde::{Deserialize, Serialize};
}
