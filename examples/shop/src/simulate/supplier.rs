use super::SimulateError;
use crate::{
    catalogue::{ASSORTMENT, ProductId},
    inventory::DeliverStock,
};
use factum::prelude::*;

/// Brings goods while the customers shop: about as many as they want, so that now and then something is missing for a while;
/// and of one product too few.
#[derive(Clone, Copy, Debug)]
pub(super) struct Supplier {
    seed: u64,
    customers: u64,
}

/// So often he comes.
const TIMES: u64 = 10;
/// So many customers want one piece of each product, on average, that they keep.
const CUSTOMERS_A_PIECE: u64 = 5;
/// What he brings once, and then has none of.
const SHORT: &str = "kite";

impl Supplier {
    pub(super) const fn new(seed: u64, customers: u64) -> Self {
        Self { seed, customers }
    }

    /// So many of each product are there at the beginning, and so many come each time.
    pub(super) fn batch(&self) -> u32 {
        pieces(self.customers / CUSTOMERS_A_PIECE / TIMES)
    }

    /// Comes, if it is time: when so many customers have come.
    pub(super) async fn comes(&self, app: &App, customers: u64) -> Result<(), SimulateError> {
        let every = (self.customers / TIMES).max(1);
        if !customers.is_multiple_of(every) {
            return Ok(());
        }
        let visit = customers / every;
        for article in ASSORTMENT.iter().filter(|article| article.product() != Self::short()) {
            self.bring(app, article.product(), self.batch(), visit).await?;
        }
        Ok(())
    }

    /// Brings what he brings once: half of what is going to be wanted.
    pub(super) async fn brings_the_last(&self, app: &App) -> Result<(), SimulateError> {
        self.bring(app, Self::short(), pieces(self.customers / CUSTOMERS_A_PIECE / 2), 0).await
    }

    fn short() -> ProductId {
        SHORT.into()
    }

    async fn bring(
        &self,
        app: &App,
        product: ProductId,
        quantity: u32,
        visit: u64,
    ) -> Result<(), SimulateError> {
        let key = format!("supplier:{}:{visit}:{product}", self.seed);
        app.send(DeliverStock { product, quantity }).idempotency_key(key).await?;
        Ok(())
    }
}

/// At least one, and as many as can be delivered.
fn pieces(wanted: u64) -> u32 {
    wanted.clamp(1, 1_000_000) as u32
}
