use super::SimulateError;
use crate::order::{OrderCancelled, OrderCompleted, OrderId};
use factum::{
    EventEnum as _, Query, QueryItem,
    prelude::*,
    projections::{Start, Subscription},
};
use std::{collections::HashSet, time::Duration};
use tokio::{sync::watch, task::JoinHandle, time::timeout};

/// Which orders have ended, whichever process has ended them.
#[derive(Debug)]
pub(super) struct Ends {
    ended: watch::Receiver<HashSet<OrderId>>,
    following: JoinHandle<()>,
}

/// How an order ends.
#[derive(Event)]
enum End {
    OrderCompleted(OrderCompleted),
    OrderCancelled(OrderCancelled),
}

/// An order that has not ended after so long is not waited for any more. Whether that is wrong, the books tell.
const PATIENCE: Duration = Duration::from_secs(60);

impl Ends {
    /// Follows the log from its beginning.
    pub(super) async fn follow(app: &App) -> Result<Self, SimulateError> {
        let ends = Query::any_of([QueryItem::types(End::types())]);
        let mut log = Subscription::open(app.store().clone(), ends, Start::Beginning).await?;
        let (sender, ended) = watch::channel(HashSet::new());
        let following = tokio::spawn(async move {
            loop {
                let Ok(batch) = log.next().await else { continue };
                let orders = batch.events.into_iter().filter_map(|event| match event.decode().ok()?.event {
                    End::OrderCompleted(end) => Some(end.order),
                    End::OrderCancelled(end) => Some(end.order),
                });
                sender.send_modify(|ended| ended.extend(orders));
            }
        });
        Ok(Self { ended, following })
    }

    /// Waits until the order has ended.
    pub(super) async fn of(&self, order: OrderId) {
        let mut ended = self.ended.clone();
        let _ = timeout(PATIENCE, ended.wait_for(|ended| ended.contains(&order))).await;
    }
}

impl Drop for Ends {
    fn drop(&mut self) {
        self.following.abort();
    }
}
