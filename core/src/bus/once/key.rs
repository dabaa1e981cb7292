use crate::{
    Command, EventId, Invalid, Metadata,
    event::{Codec, CodecError, Json},
    invalid::{Field, check},
    limits,
};
use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use std::fmt;
use uuid::{Uuid, uuid};

/// The namespace of what is made from keys. It is part of every log: never change it.
const NAMESPACE: Uuid = uuid!("2b7e3f0c-6d0b-5f4e-9f6c-0a8d3c5e7b19");

/// An idempotency key, and how the rejection that it may have to remember is written and read.
pub(in crate::bus) struct Key<R> {
    text: String,
    id: Uuid,
    pub(super) encode: fn(&R) -> Result<Bytes, CodecError>,
    pub(super) decode: fn(&[u8]) -> Result<R, CodecError>,
}

impl<R> Key<R> {
    pub(in crate::bus) fn new(text: String) -> Self
    where
        R: Serialize + DeserializeOwned,
    {
        let id = Uuid::new_v5(&NAMESPACE, text.as_bytes());
        Self { text, id, encode: Json::encode, decode: <Json as Codec<R>>::decode }
    }

    /// Refuses one that the log would not keep.
    pub(in crate::bus) fn check(&self) -> Result<(), Invalid> {
        check(Field::IdempotencyKey, &self.text, limits::IDEMPOTENCY_KEY_BYTES)
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) const fn id(&self) -> Uuid {
        self.id
    }

    /// The id of the command's event number `n`, from 0.
    pub(in crate::bus) fn event_id(&self, n: usize) -> EventId {
        EventId(Uuid::new_v5(&self.id, &(n as u64).to_be_bytes()))
    }

    /// Says in an event's metadata what it belongs to.
    pub(in crate::bus) fn mark<C: Command>(&self, metadata: &mut Metadata) {
        metadata.command = Some(C::NAME.to_owned());
        metadata.idempotency_key = Some(self.text.clone());
    }
}

impl<R> fmt::Debug for Key<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Key").field(&self.text).finish()
    }
}
