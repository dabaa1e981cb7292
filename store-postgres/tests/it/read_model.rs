//! Read models of what `log` writes, which change with the appends.

use crate::log::{log, stream};
use bytes::Bytes;
use factum_core::{
    CheckpointKey, CheckpointStore as _, ConsumerName, EventReader as _, LeaseStore as _, NewEvent, Position,
    Query, QueryItem, Recorded, RecordedEvent,
    checkpoint::Advance,
    event::{Codec, CodecError, DecodeError, Encoded, Event, EventDescriptor, EventEnum, EventType},
    lease::{Group, NodeId},
    projection::{Inline, Keys, ProjectInline, Projection, View},
    sink::{
        Attached, Change, Collection, Document, DocumentReader as _, DocumentSink as _, InlineStore as _,
        Sink as _,
    },
};
use factum_store_postgres::PgStore;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// An event of the type that `log` writes, of which nothing but its place matters.
pub(crate) struct Noted;

impl Codec<Noted> for Noted {
    const CONTENT_TYPE: &'static str = "application/json";

    fn encode(_: &Noted) -> Result<Bytes, CodecError> {
        Ok(Bytes::from_static(b"{}"))
    }

    fn decode(_: &[u8]) -> Result<Noted, CodecError> {
        Ok(Noted)
    }
}

impl Event for Noted {
    const TYPE: &'static str = "Noted";
    type Codec = Self;
}

impl EventEnum for Noted {
    const TYPES: &'static [EventDescriptor] = &[EventDescriptor::of::<Self>()];

    fn encode(&self) -> Result<Encoded, CodecError> {
        Encoded::of(self)
    }

    fn decode(_: &RecordedEvent) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

/// For each stream the positions of its events, so that one that is left out or taken twice shows.
pub(crate) struct Places;

impl Projection for Places {
    type Event = Noted;
    const NAME: &'static str = "places";
}

impl View for Places {
    type Key = String;
    type Document = Vec<u64>;

    fn keys(&self, event: &Recorded<Noted>) -> Keys<String> {
        Keys::of_stream(event)
    }

    fn fold(&self, _: &String, places: &mut Vec<u64>, event: &Recorded<Noted>) {
        places.push(event.position().get());
    }
}

/// An event that concerns none of them.
pub(crate) fn unrelated(key: &str) -> NewEvent {
    NewEvent::new(stream(key), EventType::from_static("Other"), "{}")
}

pub(crate) fn collection() -> Collection {
    Collection::new("places", 1).unwrap()
}

pub(crate) fn key(store: &PgStore) -> CheckpointKey {
    CheckpointKey::new(collection().consumer().unwrap(), store.log_id())
}

/// Appends of this handle change `Places` from now on.
pub(crate) async fn places(store: &PgStore) -> Attached<PgStore> {
    store.prepare(&collection()).await.unwrap();
    attached(store, Places).await
}

/// The same with any other read model.
pub(crate) async fn attached(store: &PgStore, projection: impl ProjectInline<PgStore>) -> Attached<PgStore> {
    let inline = Inline::new(Arc::new(projection)).unwrap();
    found(store, inline.consumer()).await;
    store.inlines().attach(inline)
}

async fn found(store: &PgStore, consumer: &ConsumerName) {
    let group = Group::new(consumer.clone(), store.log_id(), 1);
    store.beat(&group, NodeId::random(), Duration::ZERO).await.unwrap();
}

/// What is in `Places`.
pub(crate) async fn documents(store: &PgStore) -> BTreeMap<String, Vec<u64>> {
    let found = store.scan(&collection(), None, 10_000).await.unwrap();
    found.into_iter().map(|found| (found.key, serde_json::from_slice(&found.body).unwrap())).collect()
}

/// What should be.
pub(crate) async fn expected(store: &PgStore) -> BTreeMap<String, Vec<u64>> {
    let mut expected = BTreeMap::<_, Vec<_>>::new();
    let query = Query::from(QueryItem::types([EventType::from_static("Noted")]));
    for event in log(store).await.iter().filter(|event| query.matches_event(event)) {
        expected.entry(event.stream.key().to_owned()).or_default().push(event.position.get());
    }
    expected
}

/// How far it is.
pub(crate) async fn reached(store: &PgStore) -> u64 {
    store.checkpoint(&key(store)).await.unwrap().unwrap().position.get()
}

/// What somebody who runs it does: applies everything up to here.
pub(crate) async fn run(store: &PgStore, through: u64) {
    let epoch = store.claim(&key(store)).await.unwrap().epoch;
    let mut documents = expected(store).await;
    documents.values_mut().for_each(|places| places.retain(|place| *place <= through));
    let put = |(key, places)| Change::Put(Document::new(key, serde_json::to_vec(&places).unwrap()));
    let work = store.changes(&collection(), documents.into_iter().map(put).collect());
    store.commit(work, Advance::new(key(store), epoch, Position::new(through))).await.unwrap();
}
