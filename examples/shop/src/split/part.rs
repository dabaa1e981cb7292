use super::{PaymentsIn, PaymentsOut, ShopIn, ShopOut};
use crate::store::{Service, payments, shop};
use example_program::Application;
use factum::{
    EventStore,
    app::BuildError,
    messaging::{ConnectError, ConsumeExt as _, Transport, into_log, relay},
    prelude::*,
    sink::DocumentSink,
};
use std::sync::Arc;

/// One of two programs, and the broker by which it talks to the other.
#[derive(Clone, Debug)]
pub enum Part {
    /// All but the payment service.
    Shop(Arc<dyn Transport>),
    /// The payment service, which behaves so.
    Payments(Service, Arc<dyn Transport>),
}

impl Application for Part {
    async fn on<S: EventStore + DocumentSink>(self, store: S) -> Result<App, BuildError> {
        let app = App::builder(store.clone()).build().await?;
        let builder = App::builder(store);
        let builder = match self {
            Self::Shop(broker) => {
                let takes = into_log(ShopIn, Arc::clone(&broker));
                shop(builder, app).consume(takes).run(relay(ShopOut, broker))
            }
            Self::Payments(service, broker) => {
                let takes = into_log(PaymentsIn, Arc::clone(&broker));
                payments(builder, app, service).consume(takes).run(relay(PaymentsOut, broker))
            }
        };
        builder.build().await
    }
}

/// The broker at `url`, where everything is called by `name`. It knows both programs from then on, and keeps what one publishes until
/// the other is there, whichever of them is started first.
///
/// # Errors
/// [`ConnectError`] when there is no such broker, or it refuses something.
pub async fn connect(url: &str, name: &str) -> Result<Arc<dyn Transport>, ConnectError> {
    let broker = factum::messaging::connect(url).named(name).await?;
    into_log(ShopIn, Arc::clone(&broker)).prepare().await?;
    into_log(PaymentsIn, Arc::clone(&broker)).prepare().await?;
    Ok(broker)
}
