//! The [JSON format], and its batches.
//!
//! [JSON format]: https://github.com/cloudevents/spec/blob/ce%40v1.0.2/cloudevents/formats/json-format.md

mod members;
mod read;
mod write;

use super::{CloudEvent, CloudEventError};
use bytes::Bytes;

pub(super) use self::write::is_value;

impl CloudEvent {
    /// The event as a JSON object; its media type is [`media_type::EVENT`](super::media_type::EVENT).
    ///
    /// Data of a JSON media type, or of none, that is JSON becomes the member `data` as it is spelled: with its order of
    /// members, all the digits of its numbers and its escapes. Other data, and JSON with white space around it, which a
    /// reader would lose, becomes `data_base64`.
    #[must_use]
    pub fn to_json(&self) -> Bytes {
        let mut out = Vec::new();
        write::event(self, &mut out);
        out.into()
    }

    /// Reads an event as a JSON object, with its members in any order.
    ///
    /// An attribute that is `null` is not there. The member `data` is JSON where the media type says so or there is none (JSON
    /// format, [section 3.1.2]), `null` among it, and is kept as it is spelled; otherwise it is a string, whose characters in
    /// UTF-8 are the data.
    ///
    /// [section 3.1.2]: https://github.com/cloudevents/spec/blob/ce%40v1.0.2/cloudevents/formats/json-format.md#312-payload-deserialization
    ///
    /// # Errors
    /// [`CloudEventError`], naming the attribute and what is wrong with it.
    pub fn from_json(json: &[u8]) -> Result<Self, CloudEventError> {
        read::event(read::utf8("an object", json)?)
    }

    /// The events as a JSON array; its media type is [`media_type::BATCH`](super::media_type::BATCH).
    #[must_use]
    pub fn to_json_batch(events: &[Self]) -> Bytes {
        let mut out = vec![b'['];
        for (i, event) in events.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            write::event(event, &mut out);
        }
        out.push(b']');
        out.into()
    }

    /// Reads a JSON array of events, each as [`CloudEvent::from_json`] does.
    ///
    /// # Errors
    /// [`CloudEventError`] when it is none, or [`CloudEventError::InBatch`] of the first event that cannot be read.
    pub fn from_json_batch(json: &[u8]) -> Result<Vec<Self>, CloudEventError> {
        read::batch(read::utf8("an array", json)?)
    }
}
