//! CloudEvents: events as other systems know them, on any wire.
//!
//! [CloudEvents 1.0.2](https://github.com/cloudevents/spec/blob/ce%40v1.0.2/cloudevents/spec.md) says which attributes an event
//! has beside its data, and how event and attributes are written down in a message.
//!
//! | what the message holds | content type | written by | read by |
//! |---|---|---|---|
//! | one event as JSON (structured mode) | `application/cloudevents+json` | [`CloudEvent::to_json`] | [`CloudEvent::from_json`] |
//! | several events as JSON (batched mode) | `application/cloudevents-batch+json` | [`CloudEvent::to_json_batch`] | [`CloudEvent::from_json_batch`] |
//! | the data, and the attributes as headers (binary mode) | that of the data | [`CloudEvent::to_binary`] | [`CloudEvent::from_binary`] |
//! | one event in either mode | | | [`CloudEvent::from_message`] |
//!
//! ```
//! use factum_messaging::{CloudEvent, cloud_event::Binding};
//!
//! let event = CloudEvent::new("a-7", "/shop", "order.paid")?
//!     .with_subject("order-7")?
//!     .with_content_type("application/json")?
//!     .with_data(r#"{"amount":1.50}"#);
//! assert_eq!(CloudEvent::from_json(&event.to_json())?, event);
//!
//! let (headers, content_type, data) = event.to_binary(Binding::Http);
//! assert!(headers.contains(&("ce-subject".to_owned(), "order-7".to_owned())));
//! let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
//! assert_eq!(CloudEvent::from_message(Binding::Http, content_type.as_deref(), headers, data)?, event);
//! # Ok::<(), factum_messaging::cloud_event::CloudEventError>(())
//! ```
//!
//! # Events of the log
//! [`CloudEvent::of`] makes one of an event of the log, [`CloudEvent::decode`] gives an event back as a Rust type, whether
//! an application with Factum has published it or another one. What each attribute holds is in the [table of
//! `extension`](extension).
//!
//! # What is read
//! What comes from outside is read strictly where it would otherwise be understood only in part: an attribute that is
//! missing, given twice, of another type or with a character that the specification forbids is a [`CloudEventError`] that
//! names it. Data comes back byte for byte: JSON is neither parsed nor written anew.

mod attribute;
mod binary;
mod binding;
mod check;
mod draft;
mod error;
mod event;
pub mod extension;
mod json;
pub mod media_type;
mod message;
mod recorded;
#[cfg(test)]
mod tests;
mod time;

pub use self::{
    attribute::Attribute,
    binding::Binding,
    error::{CloudEventError, Problem},
    event::CloudEvent,
    extension::ExtensionName,
};
