//! A catalogue of events: what is published under which topics, and what it looks like. As an
//! [AsyncAPI 3.0](https://www.asyncapi.com/docs/reference/specification/v3.0.0) document for tools, and as Markdown for people.
//!
//! It is made from what is in a log: types, versions, streams, tags, and the shape of the payloads, as a
//! [JSON Schema](https://json-schema.org). So it tells what *is* published, also of events that older programs wrote. Types that a
//! program knows can be [added](Catalogue::add): those that have not happened yet, and those that [say](factum_core::Event::TOPIC) under
//! which topic they are published, which the log does not know.
//!
//! ```
//! use factum_core::{Append, EventAppender as _, EventType, NewEvent, StreamId, EventReader as _, Query, store::ReadLog};
//! use factum_messaging::catalogue::Catalogue;
//! use factum_store_memory::MemoryStore;
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = MemoryStore::new();
//! let paid = NewEvent::new(StreamId::new("order", "7")?, EventType::from_static("Paid"), r#"{"amount":30}"#);
//! store.append_one(Append::new([paid])).await?;
//!
//! let mut catalogue = Catalogue::new();
//! for event in store.read_log(ReadLog::new(Query::all())).await?.events {
//!     catalogue.observe(&event);
//! }
//! let document = catalogue.asyncapi("Orders", "1.0.0", &[]);
//! assert_eq!(document["channels"]["order.Paid"]["address"], "order.{key}.Paid");
//! let schema = &document["components"]["schemas"]["Paid"];
//! assert_eq!(schema["properties"]["amount"]["type"], "integer");
//! # Ok(()) }
//! ```
//!
//! Values of payloads are not in it: only their names and types.

mod asyncapi;
mod entries;
mod markdown;
mod shape;

pub use self::{asyncapi::Broker, entries::Catalogue};
