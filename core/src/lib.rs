//! The contracts and the domain side of Factum.
//!
//! This crate holds what every other crate agrees on, and does no I/O of its own:
//!
//! | module | what it is |
//! |---|---|
//! | [`event`] | facts: [`Event`], [`EventEnum`], [`NewEvent`], [`RecordedEvent`], codecs and the type registry |
//! | [`stream`] | [`StreamId`], [`StreamVersion`], [`ExpectedVersion`] |
//! | [`query`] | [`Query`] and [`Tag`]: which events; with topics, a [`Selection`] |
//! | [`topic`] | [`Topic`] and [`TopicPattern`]: the name of an event in words, and which names |
//! | [`store`] | the store contract: [`EventReader`], [`EventAppender`], their requests, outcomes and errors |
//! | [`invalid`], [`limits`] | input that is refused, and how large it may be |
//! | [`checkpoint`], [`inbox`], [`snapshot`], [`sink`] | what a consumer keeps: its place, what it has received, a cached fold, a read model |
//! | [`decider`] | [`Aggregate`], [`Apply`], [`Handle`], [`Command`]: pure decisions over folded state |
//! | [`projection`] | [`Projection`] and [`View`]: events to a read model |
//! | [`process`] | [`ProcessManager`] and [`React`]: from events to the next commands, with state and deadlines |
//! | [`bus`] | [`CommandBus`](bus::CommandBus) and [`QueryBus`](bus::QueryBus): what commands and questions go through |
//! | [`trace`] | [`Trace`]: what a request has set off, read back from the log |
//! | [`app`] | [`App`]: sends commands to the write side and asks the read side |
//!
//! Applications depend on the facade crate `factum`, which brings the derives and the stores; to write an application, begin
//! with [`App`]. Crates that bring a store or a sink of their own depend on this one; to write a store, begin with [`store`].

pub mod app;
pub mod bus;
mod by_type;
mod causes;
pub mod checkpoint;
pub mod decider;
mod derived;
pub mod event;
mod id;
pub mod inbox;
pub mod invalid;
pub mod lease;
pub mod limits;
pub mod metadata;
pub mod ndjson;
mod number;
mod position;
pub mod process;
pub mod projection;
pub mod quarantine;
pub mod query;
mod read_query;
pub mod receipt;
mod selection;
pub mod sink;
pub mod snapshot;
pub mod store;
pub mod stream;
mod text;
mod time;
pub mod topic;
pub mod trace;

#[doc(inline)]
pub use self::{
    app::App,
    bus::{AskError, Committed, SendError},
    causes::Causes,
    checkpoint::{Checkpoint, CheckpointKey, CheckpointStore, ConsumerName},
    decider::{
        Aggregate, AggregateId, Apply, Command, Decider, Events, Handle, Never, OnConflict, Scope, Violations,
    },
    event::{Event, EventEnum, EventId, EventType, NewEvent, Recorded, RecordedEvent},
    inbox::{InboxStore, MessageKey},
    invalid::Invalid,
    lease::LeaseStore,
    metadata::{CausationId, CorrelationId, Metadata},
    position::{LogId, Position},
    process::{ProcessManager, React},
    projection::{Documents, Keys, Projection, View},
    quarantine::QuarantineStore,
    query::{AppendCondition, Query, QueryItem, Tag},
    read_query::ReadQuery,
    receipt::{Receipt, Written},
    selection::Selection,
    snapshot::{Snapshot, SnapshotStore},
    store::{Append, AppendError, Conflict, EventAppender, EventReader, EventStore, StoreError},
    stream::{Category, ExpectedVersion, StreamId, StreamVersion},
    time::Timestamp,
    topic::{Topic, TopicPattern},
    trace::Trace,
};

/// What the code that the derive macros generate refers to. Not part of the API.
#[doc(hidden)]
pub mod __private {
    pub use crate::{
        decider::{Aggregate, AggregateId, Apply, Command, Decider, Handle, OnConflict, Scope, Violations},
        derived::{NoId, Probe, StreamKey, TagValue, key_of_stream, one_target, tag},
        event::{
            Codec, CodecError, DecodeError, Encoded, Event, EventDescriptor, EventEnum, Json, Recorded,
            RecordedEvent,
        },
        invalid::Invalid,
        process::{EventOf, Next, ProcessManager, React, Rejected, Sendable, SentBy},
        projection::{Keys, Projection, View},
        query::{Query, QueryItem, Tag},
        stream::{Category, StreamId},
        topic::TopicRule,
    };
    pub use core::{
        assert,
        clone::Clone,
        convert::{From, Into, TryFrom},
        fmt::{Debug, Display, Formatter, Result as FmtResult},
        marker::{Copy, PhantomData, Send, Sized, Sync},
        option::Option::{self, None, Some},
        result::Result::{self, Err, Ok},
        str::FromStr,
    };
    pub use std::{
        string::{String, ToString},
        vec::Vec,
    };
}
