//! What of the shop is in this program: all, or the shop without its payment service.

use factum::{messaging::Transport, prelude::*};
use shop::{
    split::{Part, connect},
    store::{Place, Service},
};
use std::{error::Error, sync::Arc};

/// What the place of the payment service is called, beside that of the shop.
pub(crate) const PAYMENTS: &str = "payments";

pub(crate) struct Programs {
    pub(crate) shop: App,
    /// Where the broker is one that no other program can reach.
    payments: Option<App>,
    broker: Option<Arc<dyn Transport>>,
}

impl Programs {
    pub(crate) async fn open(
        place: &Place,
        service: Service,
        broker: Option<&str>,
        name: &str,
    ) -> Result<Self, Box<dyn Error>> {
        let Some(url) = broker else {
            return Ok(Self { shop: place.open(service).await?, payments: None, broker: None });
        };
        let broker = connect(url, name).await?;
        let shop = place.open(Part::Shop(Arc::clone(&broker))).await?;
        let payments = match broker.name() {
            "local" => {
                let part = Part::Payments(service, Arc::clone(&broker));
                Some(place.beside(PAYMENTS)?.open(part).await?)
            }
            _ => None,
        };
        Ok(Self { shop, payments, broker: Some(broker) })
    }

    /// Whether there is nothing beside this program.
    pub(crate) const fn is_alone(&self) -> bool {
        self.broker.is_none() || self.payments.is_some()
    }

    /// An application on the log of the payment service, wherever that runs.
    pub(crate) async fn payments(&self, place: &Place) -> Result<App, Box<dyn Error>> {
        match (&self.payments, place) {
            (Some(here), _) => Ok(here.clone()),
            (None, Place::Memory) => Err("nobody can read what another program keeps in memory".into()),
            (None, place) => Ok(place.beside(PAYMENTS)?.log().await?),
        }
    }

    pub(crate) async fn shutdown(self) {
        self.shop.shutdown().await;
        if let Some(payments) = self.payments {
            payments.shutdown().await;
        }
        if let Some(broker) = self.broker {
            broker.close().await;
        }
    }
}
