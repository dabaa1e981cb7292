//! The application, wherever its events are kept, and its goods.

use crate::{
    catalogue::{ASSORTMENT, ListProduct},
    fulfilment::Fulfilment,
    inventory::{BackOrderDesk, DeliverStock},
    payment::Answers,
    provider::{Charging, LateAnswers, Provider, Refunding},
    read::{Board, Recent, Revenue, Shelf},
};
use example_program::Application;
use factum::{
    EventStore,
    app::{AppBuilder, BuildError},
    bus::Rejection,
    prelude::*,
    projection::Reactor,
    projections::{OnFailure, ProcessRunner, Reacting, Runner, Start},
    sink::DocumentSink,
};
use std::time::Duration;

pub use example_program::{OpenError, Place};

/// How the simulated payment service behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// How long it takes to answer.
    pub latency: Duration,
    /// How long a late answer takes.
    pub late_by: Duration,
}

impl Service {
    /// For people who look on.
    pub const WATCHED: Self =
        Self { latency: Duration::from_millis(900), late_by: Duration::from_millis(11_000) };
    /// For a simulation.
    pub const SIMULATED: Self = Self { latency: Duration::ZERO, late_by: Duration::from_millis(4_500) };
}

/// So many payments are asked for at once by all processes of the shop.
const PAYMENTS_AT_ONCE: u16 = 8;
/// For so many orders a command is under way at once.
const ORDERS_AT_ONCE: usize = 64;

/// The shop, whose payment service behaves so, in one program. For two see [`Part`](crate::split::Part).
impl Application for Service {
    async fn on<S: EventStore + DocumentSink>(self, store: S) -> Result<App, BuildError> {
        // What reacts to events sends commands too: through an application of its own, on the same log.
        let app = App::builder(store.clone()).build().await?;
        payments(shop(App::builder(store), app.clone()), app, self).build().await
    }
}

/// All but the payment service.
pub(crate) fn shop<S: EventStore + DocumentSink>(builder: AppBuilder<S>, app: App) -> AppBuilder<S> {
    builder
        .view::<Board>()
        .view::<Recent>()
        .view::<Shelf>()
        .view::<Revenue>()
        .run_process(ProcessRunner::<Fulfilment>::new().at_once(ORDERS_AT_ONCE).from(Start::Beginning))
        .run(reactor(Answers { app: app.clone() }).partitions(PAYMENTS_AT_ONCE))
        .run(reactor(BackOrderDesk { app }))
}

/// The payment service.
pub(crate) fn payments<S: EventStore + DocumentSink>(
    builder: AppBuilder<S>,
    app: App,
    service: Service,
) -> AppBuilder<S> {
    let provider = Provider::new(app, service.latency, service.late_by);
    builder
        .run_process(ProcessRunner::<LateAnswers>::new().from(Start::Beginning))
        .run(reactor(Charging { provider: provider.clone() }).partitions(PAYMENTS_AT_ONCE))
        .run(reactor(Refunding { provider }))
}

/// What it reacts to is not given up: behind each event is a customer's money, or a customer who waits.
const fn reactor<R: Reactor>(reactor: R) -> Runner<Reacting<R>> {
    Runner::reactor(reactor).on_failure(OnFailure::Retry).from(Start::Beginning)
}

/// Puts the assortment up for sale, with so many of each product in the storeroom. In a shop that is open already it changes
/// nothing.
///
/// # Errors
/// [`StockError`] when the store does not take it.
pub async fn stock(app: &App, of_each: u32) -> Result<(), StockError> {
    for article in &ASSORTMENT {
        app.send(article.listing()).await?;
        let delivery = DeliverStock { product: article.product(), quantity: of_each };
        let key = format!("opening:{}", article.product());
        app.send(delivery).idempotency_key(key).await?;
    }
    Ok(())
}

/// The shop could not be stocked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StockError {
    /// A product could not be put up for sale.
    #[error("putting a product up for sale")]
    Listing(#[from] SendError<Rejection<ListProduct>>),
    /// Goods could not be delivered.
    #[error("delivering goods")]
    Delivery(#[from] SendError<Rejection<DeliverStock>>),
}
