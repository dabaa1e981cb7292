//! A process that is the shop, and has customers.

use crate::{
    Result,
    args::ShopNode,
    record::{Said, orders, say},
};
use indicatif::ProgressBar;
use shop::{
    simulate::Crowd,
    store::{Place, Service},
    terms::Terms,
};
use std::{future::pending, time::Duration};

/// A payment may take longer than it takes to replace a process that was killed: otherwise nobody would ever buy anything.
const TERMS: Terms = Terms { pay_within_ms: 7_000, wait_for_stock_ms: 7_000, packing_ms: 20 };

/// A late answer comes after that.
const SERVICE: Service = Service { late_by: Duration::from_secs(9), ..Service::SIMULATED };

/// Serves its customers, and then whoever still has an order, until its input ends.
pub(crate) async fn run(options: &ShopNode) -> Result<()> {
    let _orders = orders();
    let place: Place = options.url.parse()?;
    let app = place.open(SERVICE).await?;
    say(&Said::Ready);
    let ShopNode { seed, customers, first, last, .. } = *options;
    let crowd = Crowd { seed, customers, here: first..=last, terms: TERMS };
    crowd.shop(&app, &ProgressBar::hidden()).await?;
    say(&Said::Rested);
    pending::<()>().await;
    drop(app);
    Ok(())
}
