//! Events to read models: subscriptions, the runner of projections, and their place in the [`App`](factum_core::App).
//!
//! | module | what it is |
//! |---|---|
//! | [`subscription`] | an ordered feed of the log from any position, which goes on as the log grows |
//! | [`group`] | a consumer group: several processes pull the events of a log, each event from one of them |
//! | [`runner`] | runs a projection: its checkpoint commits together with its read model |
//! | [`live`] | a view that is folded on demand and kept nowhere |
//! | [`observe`] | a question whose answer is told anew whenever it changes |
//! | [`health`] | whether a projection lives, how far it is behind, what is in quarantine |
//! | [`app`] | `view`, `projection`, `process`, `live`, `wait_for` and `caught_up` on the app |
//! | [`process`] | runs processes: sends their commands, fires their deadlines |
//! | [`recurring`] | commands that are sent at the times of a cron expression |
//! | [`sole`] | work that one of all nodes does |
//! | [`window`] | windows over event time, for views that count by the hour or the day |
//!
//! What a projection is, [`factum_core::projection`] says.
//!
//! ```
//! # extern crate factum_core as factum;
//! use factum_core::{App, Append, Apply, EventAppender as _, NewEvent, StreamId, View as _};
//! use factum_macros::{Event, Projection};
//! use factum_projections::{AppBuilderExt as _, AppExt as _};
//! use factum_store_memory::MemoryStore;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Event, Serialize, Deserialize)]
//! struct Deposited { amount: u64 }
//!
//! #[derive(Projection)]
//! #[projection(events(Deposited), document = Balance)]
//! struct Balances;
//!
//! #[derive(Default, Serialize, Deserialize)]
//! struct Balance { amount: u64 }
//!
//! impl Apply<Deposited> for Balance {
//!     fn apply(&mut self, event: &Deposited) { self.amount += event.amount }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = MemoryStore::new();
//! let app = App::builder(store.clone()).projection(Balances).build().await?;
//!
//! let event = NewEvent::of(StreamId::new("account", "ada")?, &Deposited { amount: 3 })?;
//! let receipt = store.append_one(Append::new([event])).await?;
//!
//! app.wait_for::<Balances>(&receipt).await?;
//! assert_eq!(app.ask(Balances::get("ada".to_owned())).await?.map(|balance| balance.amount), Some(3));
//! app.shutdown().await;
//! # Ok(()) }
//! ```

mod ahead;
pub mod app;
pub mod group;
pub mod health;
pub mod live;
mod node;
pub mod observe;
mod pages;
pub mod process;
mod react;
pub mod recurring;
pub mod runner;
pub mod sole;
pub mod subscription;
pub mod window;

#[doc(inline)]
pub use self::{
    app::{AppBuilderExt, AppExt},
    group::{ConsumerGroup, Delivery, GroupError, Member},
    health::Health,
    observe::Observed,
    process::ProcessRunner,
    react::Reacting,
    runner::{OnFailure, Progress, Runner, Status, WaitError},
    subscription::{Batch, Start, Subscription},
};
