use super::{FillBackOrders, StockDelivered, StockReleased};
use crate::catalogue::ProductId;
use async_trait::async_trait;
use factum::prelude::*;
use factum::{
    projection::{Reaction, Reactor},
    sink::WorkError,
};

/// Looks after those who wait, whenever something has become free. Asking twice is asking once, so it needs no key.
#[derive(Clone, Debug, Projection)]
#[projection(name = "back_order_desk", events(StockDelivered, StockReleased))]
pub struct BackOrderDesk {
    /// What it sends its commands through.
    pub app: App,
}

#[async_trait]
impl Reactor for BackOrderDesk {
    async fn react(&self, event: &Recorded<BackOrderDeskEvent>, _: &Reaction) -> Result<(), WorkError> {
        let free: Vec<ProductId> = match &event.event {
            BackOrderDeskEvent::StockDelivered(delivered) => vec![delivered.product.clone()],
            BackOrderDeskEvent::StockReleased(released) => {
                released.lines.iter().map(|line| line.product.clone()).collect()
            }
        };
        for product in free {
            self.app.send(FillBackOrders { product }).caused_by(&event.record).await?;
        }
        Ok(())
    }
}
