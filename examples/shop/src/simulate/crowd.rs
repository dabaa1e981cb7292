use super::{
    SimulateError,
    customer::{Did, shop},
    ends::Ends,
    supplier::Supplier,
    wants::Wants,
};
use crate::{audit::Ledger, store::stock, terms::Terms};
use factum::prelude::*;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use indicatif::ProgressBar;
use std::{
    ops::RangeInclusive,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// Customers, by number.
#[derive(Clone, Debug)]
pub struct Crowd {
    /// What they want is made from this.
    pub seed: u64,
    /// How many there are in all: so much is in the storeroom, and so much comes.
    pub customers: u64,
    /// Those who shop here and now. Others may shop in other processes.
    pub here: RangeInclusive<u64>,
    /// How long the shop waits for what.
    pub terms: Terms,
}

/// So many shop at once, and wait for their orders: as many as the shop can serve within the time that it gives a payment.
const AT_ONCE: usize = 96;
/// So often it is looked whether something has ended.
const LOOK: Duration = Duration::from_millis(100);
/// So often a customer tries again.
const ATTEMPTS: u32 = 50;
/// If nothing ends for so long, nothing is going to.
const PATIENCE: Duration = Duration::from_secs(45);

impl Crowd {
    /// Has all of them shop, and returns when each has left, or has an order that has ended. Refunds may be under way still:
    /// these, [`settle`] waits for.
    ///
    /// # Errors
    /// [`SimulateError`]; what was done before it stays, and the same crowd can shop again.
    pub async fn shop(&self, app: &App, progress: &ProgressBar) -> Result<(), SimulateError> {
        let supplier = Supplier::new(self.seed, self.customers);
        stock(app, supplier.batch()).await?;
        supplier.brings_the_last(app).await?;
        let ends = Ends::follow(app).await?;
        stream::iter(self.here.clone())
            .map(|number| self.serve(app, supplier, number, &ends, progress))
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
    }

    /// One customer, and whatever comes with one. What fails in passing is done again, for nothing is done twice.
    async fn serve(
        &self,
        app: &App,
        supplier: Supplier,
        number: u64,
        ends: &Ends,
        progress: &ProgressBar,
    ) -> Result<(), SimulateError> {
        let wants = Wants::of(self.seed, number);
        let mut attempts = 0;
        loop {
            let served = async {
                supplier.comes(app, number).await?;
                shop(app, &wants, self.terms).await
            };
            match served.await {
                Ok(did) => {
                    if did == Did::Ordered {
                        ends.of(wants.order).await;
                    }
                    progress.inc(1);
                    return Ok(());
                }
                Err(error) if error.may_pass() && attempts < ATTEMPTS => {
                    attempts += 1;
                    sleep(LOOK).await;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Waits until every order has ended, all money is where it belongs, and the read models know it; then the ledger is complete.
///
/// # Errors
/// [`SimulateError`] when the log cannot be read. That orders do not end is no error: the ledger shows it.
pub async fn settle(app: &App, ledger: &mut Ledger, progress: &ProgressBar) -> Result<(), SimulateError> {
    let (mut last, mut since) = (usize::MAX, Instant::now());
    loop {
        ledger.read_on(&**app.store()).await?;
        let open = ledger.open();
        progress.set_message(format!("{open} orders are open"));
        if open == 0 {
            break;
        }
        if open != last {
            (last, since) = (open, Instant::now());
        }
        if since.elapsed() > PATIENCE {
            break;
        }
        sleep(LOOK).await;
    }
    app.caught_up().await?;
    Ok(())
}
