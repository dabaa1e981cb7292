//! A process that runs the projections.

use super::model::{Account, Counts, Labels, Notices};
use crate::{
    Result,
    args::Node,
    record::{Said, orders, say},
    writer::open,
};
use factum_core::App;
use factum_projections::{AppBuilderExt as _, Runner, Start};
use std::{future::pending, time::Duration};

/// Short, so that those that are held up for seconds are deposed.
const LEASE: Duration = Duration::from_secs(2);

/// Runs them until its input ends.
pub(crate) async fn run(options: &Node) -> Result<()> {
    let _orders = orders();
    let store = open(&options.url).await?;
    let notices = Notices { outside: store.pool().clone() };
    let app = App::builder(store)
        .run(Runner::new(Account::default()).partitions(8).lease(LEASE))
        .run(Runner::new(Labels).partitions(4).lease(LEASE))
        .run(Runner::new(Counts).partitions(8).lease(LEASE))
        .run(Runner::reactor(notices).partitions(4).lease(LEASE).from(Start::Beginning))
        .build()
        .await?;
    say(&Said::Ready);
    pending::<()>().await;
    drop(app);
    Ok(())
}
