//! States that are kept in the store, so that folding need not begin with the first event of a stream.

use super::states::Known;
use crate::{
    Causes, EventId, Snapshot, SnapshotStore, StreamId, StreamVersion, by_type::ByType, decider::Decider,
    event::EventEnum, snapshot::SnapshotPolicy,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use std::{borrow::Cow, sync::Arc};
use uuid::Uuid;

/// The types of which snapshots are kept.
#[derive(Clone, Default)]
pub(crate) struct Snapshots {
    keepers: ByType,
}

impl Snapshots {
    pub(crate) fn add<D: Decider + Serialize + DeserializeOwned>(
        &mut self,
        store: Arc<dyn SnapshotStore>,
        policy: SnapshotPolicy,
    ) {
        self.keepers.insert(Arc::new(Keeper::<D> { store, policy, encode, decode }));
    }

    pub(super) fn of<D: Decider>(&self) -> Option<Arc<Keeper<D>>> {
        self.keepers.get()
    }
}

/// Keeps the snapshots of one type. Whatever is wrong with one, the log has everything: so nothing here fails a command.
pub(super) struct Keeper<D> {
    store: Arc<dyn SnapshotStore>,
    policy: SnapshotPolicy,
    // Only who adds the type knows that it can be written and read.
    encode: fn(EventId, &D) -> serde_json::Result<Vec<u8>>,
    decode: fn(&[u8]) -> Result<Kept<D>, NotRead>,
}

impl<D: Decider> Keeper<D> {
    /// Whether a state of this version, of which that of another one is kept, is to be kept too.
    pub(super) fn is_due(&self, version: StreamVersion, kept: StreamVersion) -> bool {
        version.get().saturating_sub(kept.get()) >= self.policy.events
    }

    /// The state to read on from, of which the stream has to show that it is one of its own.
    pub(super) async fn find(&self, stream: &StreamId) -> Option<Known<D>> {
        let snapshot = match self.store.load_snapshot(stream, self.policy.schema).await {
            Ok(snapshot) => snapshot?,
            Err(error) => {
                tracing::warn!(%stream, error = %Causes(&error), "a snapshot could not be looked for");
                return None;
            }
        };
        let Snapshot { version, state, .. } = snapshot;
        match (self.decode)(&state) {
            Ok(Kept { last, state, .. }) => Some(Known {
                stream: stream.clone(),
                state: Arc::new(state),
                version,
                last: Some(EventId(last)),
                behind: true,
                kept: version,
            }),
            Err(error) => {
                tracing::warn!(%stream, %version, %error, "a snapshot is passed over");
                None
            }
        }
    }

    /// Keeps a state that was folded from what the log has.
    pub(super) async fn keep(&self, known: &Known<D>) {
        let Known { stream, state, version, last: Some(last), .. } = known else { return };
        let state = match (self.encode)(*last, state) {
            Ok(state) => state,
            Err(error) => {
                tracing::warn!(%stream, %version, %error, "a snapshot cannot be written");
                return;
            }
        };
        let snapshot = Snapshot::new(stream.clone(), *version, self.policy.schema, state);
        match self.store.save_snapshot(snapshot).await {
            Ok(()) => tracing::debug!(%stream, %version, "a snapshot is kept"),
            Err(error) => {
                tracing::warn!(%stream, %version, error = %Causes(&error), "a snapshot could not be kept");
            }
        }
    }

    /// Forgets those of a stream, which are of another history: a later version than the stream's own would stay for ever.
    pub(super) async fn forget(&self, stream: &StreamId) {
        tracing::warn!(%stream, "a snapshot is of another history, and forgotten");
        if let Err(error) = self.store.delete_snapshots(stream).await {
            tracing::warn!(%stream, error = %Causes(&error), "a snapshot could not be forgotten");
        }
    }
}

/// A state as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept<S> {
    /// The event that it ends with.
    last: Uuid,
    /// What it was folded from: names of event types, and the versions of their payloads.
    events: Vec<(Cow<'static, str>, u32)>,
    state: S,
}

/// Why a snapshot is passed over.
#[derive(thiserror::Error, Debug)]
enum NotRead {
    #[error("the aggregate has other events, or versions of them, than when it was made")]
    OtherEvents,
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

fn encode<D: Decider + Serialize>(last: EventId, state: &D) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Kept { last: last.0, events: events::<D>(), state })
}

fn decode<D: Decider + DeserializeOwned>(bytes: &[u8]) -> Result<Kept<D>, NotRead> {
    // First what can be read whatever the state has become.
    let Kept { last, events, state }: Kept<&RawValue> = serde_json::from_slice(bytes)?;
    if events != self::events::<D>() {
        return Err(NotRead::OtherEvents);
    }
    Ok(Kept { last, events, state: serde_json::from_str(state.get())? })
}

/// The events that a state is folded from, in an order that does not depend on how they are listed.
fn events<D: Decider>() -> Vec<(Cow<'static, str>, u32)> {
    let mut events: Vec<_> =
        D::Event::TYPES.iter().map(|event| (Cow::Borrowed(event.name()), event.version())).collect();
    events.sort_unstable();
    events
}
