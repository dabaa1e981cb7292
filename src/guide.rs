//! The snippets of the guide in `docs/`, which are tests.

#[doc = include_str!("../docs/src/commands.md")]
mod commands {}
#[doc = include_str!("../docs/src/concepts.md")]
mod concepts {}
#[doc = include_str!("../docs/src/evolution.md")]
mod evolution {}
#[doc = include_str!("../docs/src/limits.md")]
mod limits {}
#[doc = include_str!("../docs/src/messaging.md")]
mod messaging {}
#[doc = include_str!("../docs/src/operating.md")]
mod operating {}
#[cfg(feature = "postgres")]
#[doc = include_str!("../docs/src/postgres.md")]
mod postgres {}
#[doc = include_str!("../docs/src/projections.md")]
mod projections {}
#[doc = include_str!("../docs/src/quick-start.md")]
mod quick_start {}
#[doc = include_str!("../docs/src/stores.md")]
mod stores {}
#[doc = include_str!("../docs/src/subscriptions.md")]
mod subscriptions {}
#[doc = include_str!("../docs/src/testing.md")]
mod testing {}
