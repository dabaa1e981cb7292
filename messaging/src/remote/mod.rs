//! Commands and questions to an application elsewhere, over any transport that carries requests and replies.
//!
//! Whoever sends shares the types of the commands with whoever decides them, and nothing else: no store, no log.
//!
//! ```
//! # use factum_messaging as _;
//! use factum_core::{App, AskError, ReadQuery};
//! use factum_messaging::{LocalBroker, remote::{Remote, RemoteQuery, Server}};
//! use factum_store_memory::MemoryStore;
//! use serde::{Deserialize, Serialize};
//!
//! struct Calculator;
//!
//! #[derive(Serialize, Deserialize)]
//! struct Sum { a: i64, b: i64 }
//!
//! impl ReadQuery for Sum {
//!     type Model = Calculator;
//!     type Answer = i64;
//!     async fn answer(self, _: &Calculator) -> Result<i64, AskError> { Ok(self.a + self.b) }
//! }
//! impl RemoteQuery for Sum { const NAME: &'static str = "sum"; }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let broker = LocalBroker::new();
//! let app = App::builder(MemoryStore::new()).model(Calculator).build().await?;
//! let serving = Server::new(app, "calculator").query::<Sum>().serve(broker.clone()).await?;
//!
//! let calculator = Remote::new("calculator", broker);
//! assert_eq!(calculator.ask(Sum { a: 3, b: 4 }).await?, 7);
//! # serving.stop().await;
//! # Ok(()) }
//! ```
//!
//! # Guarantees
//! - **A command takes effect once**, however often its request is sent or delivered: it has an idempotency key, which
//!   [`Remote::send`] makes if it is given none. So a request that was not answered is sent again, until the sender's
//!   [patience](Remote::within) is over.
//! - **What is known is told.** A rejection comes back as the type that it is; that nobody was reached is told apart from that
//!   somebody was, and did not answer ([`RemoteError`]).
//! - **Late requests are not begun.** Each says how long somebody waits for it, and a server that gets it later leaves it alone. Both
//!   go by their own clocks, which should not be seconds apart.
//! - **Causes go with it**: correlation, causation, actor, tenant and trace of the sender are those of the events.
//!
//! The topic of a command is `command.{service}.{name}`, that of a question `query.{service}.{name}`. On the wire, a request is a
//! CloudEvent with the command as JSON data, and so is the reply, so that programs in other languages can take part.

mod client;
mod error;
mod request;
mod server;
mod wire;

pub use self::{
    client::{Remote, RemoteAsk, RemoteSend},
    error::RemoteError,
    request::{Request, RequestError, RequestReply, Requests, Respond, Serve},
    server::{RemoteQuery, Server, Serving},
};
