use super::{Charge, NotCharged, Return, Switch, SwitchId};
use crate::{
    money::Cents,
    order::{Card, OrderId},
};
use factum::{app::Dispatch, bus::LoadError, prelude::*};
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

/// What the service says to a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It has the money.
    Approved,
    /// The card has none.
    Declined,
    /// Nothing, at least not now.
    None,
}

/// Why money did not go back.
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

    /// Takes money from a card, once for an order. Of the caller's trace it knows what a call over HTTP would tell: the
    /// `traceparent`.
    ///
    /// # Errors
    /// [`Stopped`] when its books cannot be kept. That it is stopped is no error, but [`Answer::None`]: a caller does not
    /// hear the difference.
    pub async fn charge(
        &self,
        order: OrderId,
        amount: Cents,
        card: Card,
        trace: Option<&str>,
    ) -> Result<Answer, Stopped> {
        if !self.is_on().await? {
            return Ok(Answer::None);
        }
        sleep(self.latency).await;
        let late_by_ms = self.late_by.as_millis().try_into().unwrap_or(u64::MAX);
        let charged = traced(self.app.send(Charge { order, amount, card, late_by_ms }), trace).await;
        Ok(charged.map_err(|why| Stopped::Books(why.into()))?.state.answer())
    }

    /// Gives back what was charged for an order, once.
    ///
    /// # Errors
    /// [`Stopped`] when it is, or its books cannot be kept.
    pub async fn refund(&self, order: OrderId, trace: Option<&str>) -> Result<(), Stopped> {
        if !self.is_on().await? {
            return Err(Stopped::Silent);
        }
        sleep(self.latency).await;
        let returned = traced(self.app.send(Return { order }), trace).await;
        returned.map(drop).map_err(|why: SendError<NotCharged>| Stopped::Books(why.into()))
    }

    async fn is_on(&self) -> Result<bool, LoadError> {
        Ok(self.app.load::<Switch>(&SwitchId::default()).await?.state.is_on())
    }
}

fn traced<'a, C: Command>(sent: Dispatch<'a, C>, trace: Option<&str>) -> Dispatch<'a, C> {
    match trace {
        Some(traceparent) => sent.traceparent(traceparent),
        None => sent,
    }
}
