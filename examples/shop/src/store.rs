//! Where the events are kept, and the application on it.

use crate::{
    catalogue::{ASSORTMENT, ListProduct},
    fulfilment::Fulfilment,
    inventory::{BackOrderDesk, DeliverStock},
    provider::{Charging, LateAnswers, Provider, Refunding},
    read::{Board, Recent, Revenue, Shelf},
};
use factum::{
    Causes, EventStore, StoreError,
    app::BuildError,
    bus::Rejection,
    postgres::PgConfig,
    prelude::*,
    projection::Reactor,
    projections::{OnFailure, ProcessRunner, Reacting, Runner, Start},
    sink::DocumentSink,
};
use std::{fmt, fs, io, path::PathBuf, str::FromStr, time::Duration};

/// A place for a store: `sqlite:PATH`, `postgres://USER@HOST/DATABASE` or `memory:`.
#[derive(Clone, Debug)]
pub enum Place {
    /// A file, made if it is missing, and its folder with it.
    Sqlite(PathBuf),
    /// A database on a server. The tables are made if they are missing.
    Postgres(Box<PgConfig>),
    /// Nowhere: it is gone with the process.
    Memory,
}

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

impl Place {
    /// The application, on a store in this place.
    ///
    /// # Errors
    /// [`OpenError`] when the store cannot be opened, or something that belongs to the application cannot be kept in it.
    pub async fn open(&self, service: Service) -> Result<App, OpenError> {
        match self {
            Self::Memory => app(MemoryStore::new(), service).await,
            Self::Sqlite(path) => {
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder)?;
                }
                app(SqliteStore::open(path).await?, service).await
            }
            Self::Postgres(config) => app(config.as_ref().clone().open().await?, service).await,
        }
    }
}

async fn app<S: EventStore + DocumentSink>(store: S, service: Service) -> Result<App, OpenError> {
    // What reacts to events sends commands too: through an application of its own, on the same log.
    let app = App::builder(store.clone()).build().await?;
    let provider = Provider::new(app.clone(), service.latency, service.late_by);
    let charging = Charging { app: app.clone(), provider: provider.clone() };
    let refunding = Refunding { app: app.clone(), provider };
    let desk = BackOrderDesk { app };
    Ok(App::builder(store)
        .view::<Board>()
        .view::<Recent>()
        .view::<Shelf>()
        .view::<Revenue>()
        .run_process(ProcessRunner::<Fulfilment>::new().at_once(ORDERS_AT_ONCE).from(Start::Beginning))
        .run_process(ProcessRunner::<LateAnswers>::new().from(Start::Beginning))
        .run(reactor(charging).partitions(PAYMENTS_AT_ONCE))
        .run(reactor(refunding))
        .run(reactor(desk))
        .build()
        .await?)
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

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            // Where it is may have a password in it.
            Self::Postgres(_) => f.write_str("PostgreSQL"),
            Self::Memory => f.write_str("memory:"),
        }
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        match url.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", _)) => match PgConfig::new(url) {
                Ok(config) => Ok(Self::Postgres(Box::new(config))),
                Err(error) => Err(Causes(&error).to_string()),
            },
            Some(("memory", "")) => Ok(Self::Memory),
            _ => Err("a store is `sqlite:PATH`, `postgres://USER@HOST/DATABASE` or `memory:`".to_owned()),
        }
    }
}

/// The application could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The folder of the store cannot be made.
    #[error("making the folder of the store")]
    Folder(#[from] io::Error),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something that belongs to the application cannot be kept.
    #[error(transparent)]
    App(#[from] BuildError),
}
