//! Webhooks: events are sent to the endpoints of others, and taken from them, signed as [Standard Webhooks] asks.
//!
//! [`Webhook`] is a [`Transport`](crate::Transport) to one [`Endpoint`]. A [relay](crate::relay()) feeds it, one relay for each
//! endpoint, so that each has its own place in the log, and one that is away delays nobody but itself.
//!
//! ```no_run
//! # extern crate factum_core as factum;
//! use factum_core::App;
//! use factum_macros::{Event, Projection};
//! use factum_messaging::{Publish, relay, webhook::{Endpoint, Secret, Webhook}};
//! use factum_projections::AppBuilderExt as _;
//! use factum_store_memory::MemoryStore;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Event, Serialize, Deserialize)]
//! struct Paid { amount: u64 }
//!
//! #[derive(Projection)]
//! #[projection(name = "orders_to_accounting", events(Paid))]
//! struct OrdersToAccounting;
//!
//! impl Publish for OrdersToAccounting {}
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let secret: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse()?;
//! let accounting = Webhook::new(Endpoint::new("https://accounting.example/events", secret)?)?;
//! let app = App::builder(MemoryStore::new()).run(relay(OrdersToAccounting, accounting.clone())).build().await?;
//! println!("{:?}, {:?}", accounting.circuit(), accounting.deliveries());
//! # app.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! # What is sent
//! A `POST` of the [`CloudEvent`](crate::CloudEvent) as JSON, or [in binary mode](Endpoint::binary), with these headers
//! ([specification]):
//!
//! | header | what it says |
//! |---|---|
//! | `webhook-id` | the id of the event, the same however often it is sent |
//! | `webhook-timestamp` | when it was sent, this time: whole seconds since 1970 |
//! | `webhook-signature` | `v1,` and the Base64 of the HMAC-SHA256 of `id.timestamp.body`, for each of the secrets |
//!
//! # What the answer means
//! | answer | what becomes of the message |
//! |---|---|
//! | 2xx | it is delivered |
//! | 408, 409, 425, 429, 3xx, 5xx, none in time, no connection | it is tried again, before what follows in its stream; it counts as a failure of the endpoint |
//! | 410 and any other 4xx | it is refused: into quarantine, with what follows in its stream, while the others flow |
//!
//! After [some failures](Endpoint::failures) in a row the [`Circuit`] opens: nothing is sent for a [pause that
//! grows](Endpoint::pauses), or for as long as `Retry-After` has asked for. Then one message is let through, and if it
//! succeeds, the others follow.
//!
//! # Guarantees
//! Those of the [relay](mod@crate::relay): at least once, each stream in order, and nothing is lost by an endpoint that is away. Where
//! it is, how far behind, and what is in quarantine is looked at and mended as for any other. In addition,
//! [`Webhook::replay`] sends again what was sent.
//!
//! # Whom it does not reach
//! Where customers choose URLs, they must not reach what only this machine can ([server-side request forgery]): by default
//! nothing is sent to an address that is not on the public internet. Those of a name are checked after it was resolved, and only
//! what was checked is connected to, so that a name cannot change its meaning in between. Redirects are not followed,
//! proxies of the environment are not used, and a URL has no user in it. [`Endpoint::allow_private`] is for URLs that are
//! one's own.
//!
//! # What comes in
//! With the feature `webhook-axum`, `SignedWebhook` is an extractor of axum for what others send. Without axum,
//! [`Secrets::verify`] says whether a message is to be believed.
//!
//! [Standard Webhooks]: https://www.standardwebhooks.com
//! [specification]: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#webhook-headers-sending-metadata-to-consumers
//! [server-side request forgery]: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#server-side-request-forgery-ssrf

mod answer;
mod circuit;
mod delivery;
mod endpoint;
mod headers;
#[cfg(feature = "webhook-axum")]
mod receiver;
#[cfg(feature = "webhook-axum")]
mod rejection;
mod replay;
mod request;
mod secret;
mod secrets;
mod sending;
#[cfg(feature = "webhook-axum")]
mod signed_webhook;
#[cfg(test)]
mod tests;
mod verify;

pub use self::{
    circuit::Circuit,
    delivery::Delivery,
    endpoint::{Endpoint, InvalidEndpoint},
    headers::TOLERANCE,
    replay::ReplayError,
    secret::{InvalidSecret, Secret},
    secrets::{InvalidId, Secrets},
    sending::Webhook,
    verify::{Verified, VerifyError},
};
#[cfg(feature = "webhook-axum")]
pub use self::{receiver::Receiver, rejection::WebhookRejection, signed_webhook::SignedWebhook};
pub use crate::https::Resolve;
