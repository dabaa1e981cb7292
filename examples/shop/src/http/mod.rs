//! The API, and the page that uses it.
//!
//! | part | what it does |
//! |---|---|
//! | [`ROUTES`] | every method of every path; the document `/openapi.json` says the same, and a test compares them |
//! | [`Problem`] | how whatever goes wrong is told: RFC 9457 |
//! | `version` | `ETag`, `If-Match` and `If-None-Match` |
//! | `input` | bodies, paths and headers, each refused with a problem if it cannot be read |

mod carts;
mod deliveries;
mod history;
mod input;
mod live;
mod orders;
mod payment_service;
mod problem;
mod products;
mod router;
mod site;
mod snapshot;
mod version;

pub use self::{
    problem::{Kind, Problem},
    router::{ROUTES, router},
};

use crate::terms::Terms;
use factum::prelude::*;
use tokio::sync::watch;

/// What requests are answered from.
#[derive(Clone, Debug)]
pub struct Shop {
    app: App,
    terms: Terms,
    /// Becomes true when the server is to end: what would otherwise go on for ever ends then.
    closing: watch::Receiver<bool>,
}

impl Shop {
    /// A shop on `app`, whose orders are placed under `terms`. When `closing` becomes true, or its sender is gone, live
    /// feeds end.
    #[must_use]
    pub const fn new(app: App, terms: Terms, closing: watch::Receiver<bool>) -> Self {
        Self { app, terms, closing }
    }
}
