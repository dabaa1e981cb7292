//! Events to read models: subscriptions, the runner of projections, and their place in the [`App`](factum_core::App).
//!
//! | module | what it is |
//! |---|---|
//! | [`subscription`] | an ordered feed of the log from any position, which goes on as the log grows |
//! | [`runner`] | runs a projection: its checkpoint commits together with its read model |
//! | [`live`] | a view that is folded on demand and kept nowhere |
//! | [`app`] | `view`, `projection`, `live`, `wait_for` and `caught_up` on the app |
//!
//! What a projection is, [`factum_core::projection`] says.

pub mod app;
pub mod live;
pub mod runner;
pub mod subscription;

#[doc(inline)]
pub use self::{
    app::{AppBuilderExt, AppExt},
    runner::{Progress, Status, WaitError},
    subscription::{Batch, Start, Subscription},
};
