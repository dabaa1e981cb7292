use super::{Charge, NotCharged, Return, Switch, SwitchId};
use crate::{
    money::Cents,
    order::{Card, OrderId},
};
use factum::{RecordedEvent, bus::LoadError, prelude::*};
use std::time::Duration;
use tokio::time::sleep;

/// The service, as the shop calls it.
#[derive(Clone, Debug)]
pub struct Provider {
    app: App,
    /// How long an answer takes.
    latency: Duration,
    /// How long a late one does.
    late_by: Duration,
}

/// Why the service did nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Stopped {
    /// The service does not answer.
    #[error("the payment service does not answer")]
    Silent,
    /// Its switch cannot be read.
    #[error(transparent)]
    Switch(#[from] LoadError),
    /// Its books cannot be written.
    #[error("writing the payment service's books")]
    Books(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Provider {
    /// The service, which keeps its books through `app`.
    #[must_use]
    pub const fn new(app: App, latency: Duration, late_by: Duration) -> Self {
        Self { app, latency, late_by }
    }

    /// Takes money from a card, once for an order, because of what it was `asked`. That it is stopped is no error: nothing happens,
    /// and a caller does not hear the difference to a service that takes its time.
    ///
    /// # Errors
    /// [`Stopped`] when its books cannot be kept.
    pub async fn charge(
        &self,
        order: OrderId,
        amount: Cents,
        card: Card,
        asked: &RecordedEvent,
    ) -> Result<(), Stopped> {
        if !self.is_on().await? {
            return Ok(());
        }
        sleep(self.latency).await;
        let late_by_ms = self.late_by.as_millis().try_into().unwrap_or(u64::MAX);
        let charged = self.app.send(Charge { order, amount, card, late_by_ms }).caused_by(asked).await;
        charged.map(drop).map_err(|why: SendError<Never>| Stopped::Books(why.into()))
    }

    /// Gives back what was charged for an order, once, because of what it was `asked`.
    ///
    /// # Errors
    /// [`Stopped`] when it is, or its books cannot be kept.
    pub async fn refund(&self, order: OrderId, asked: &RecordedEvent) -> Result<(), Stopped> {
        if !self.is_on().await? {
            return Err(Stopped::Silent);
        }
        sleep(self.latency).await;
        let returned = self.app.send(Return { order }).caused_by(asked).await;
        returned.map(drop).map_err(|why: SendError<NotCharged>| Stopped::Books(why.into()))
    }

    async fn is_on(&self) -> Result<bool, LoadError> {
        Ok(self.app.load::<Switch>(&SwitchId::default()).await?.state.is_on())
    }
}
