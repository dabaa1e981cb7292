//! A process that runs the ledger, and tells its parent what it logs about that.

use crate::{child, gate, ledger::Ledger};
use factum_core::App;
use factum_projections::{AppBuilderExt as _, Runner};
use factum_store_postgres::PgStore;
use std::{fmt, future::pending, time::Duration};
use tracing::{Event, Level, Subscriber, field::Field};
use tracing_subscriber::{Layer, layer::Context, layer::SubscriberExt as _, util::SubscriberInitExt as _};

pub(crate) const PARTITIONS: u16 = 8;

/// Long enough that a node on a busy machine keeps what it has, and short enough to be waited for.
const LEASE: Duration = Duration::from_secs(2);

/// Runs until its input ends, or it is killed.
pub(crate) async fn run((node, url): (String, String)) {
    tracing_subscriber::registry().with(Told).init();
    let store = PgStore::connect(&url).await.unwrap();
    let ledger = Ledger { node, gate: gate::pass() };
    let runner = Runner::new(ledger).partitions(PARTITIONS).lease(LEASE);
    let _app = App::builder(store).run(runner).build().await.unwrap();
    pending::<()>().await;
}

/// Tells the parent each message of a projection.
struct Told;

impl<S: Subscriber> Layer<S> for Told {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let about = event.metadata();
        if about.target().starts_with("factum_projections") && *about.level() <= Level::INFO {
            event.record(&mut |field: &Field, value: &dyn fmt::Debug| {
                if field.name() == "message" {
                    child::say(&format!("{value:?}"));
                }
            });
        }
    }
}
