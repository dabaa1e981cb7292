use crate::{
    Inner, PgStore,
    address::{Address, Callers},
    append::{Inlining, Writers},
    connect::Connector,
    database::Database,
    names::{Names, Servers},
    read::together::Together,
    schema,
    sql::Sql,
    subscribe::Wakes,
    watermark::Watermark,
};
use factum_core::{StoreError, limits};
use std::{
    num::NonZeroUsize,
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

/// How a store is opened.
///
/// ```
/// # use factum_store_postgres::PgConfig;
/// let config = PgConfig::new("postgres://localhost/bank")?.schema("accounts")?.migrate(false);
/// # drop(config);
/// # Ok::<(), factum_core::StoreError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a store is opened by `open`"]
pub struct PgConfig {
    pub(crate) callers: Callers,
    pub(crate) connector: Connector,
    pub(crate) schema: String,
    pub(crate) readers: NonZeroUsize,
    pub(crate) writers: NonZeroUsize,
    pub(crate) max_batch: NonZeroUsize,
    pub(crate) migrate: bool,
    pub(crate) pooler: bool,
    pub(crate) lock_timeout: Duration,
    pub(crate) watermark: bool,
}

impl PgConfig {
    /// The database at `url`, such as `postgres://user:password@host:5432/database`, with the default options.
    ///
    /// What is behind its question mark may be `application_name`, `connect_timeout`, `options` and what else
    /// [tokio-postgres](https://docs.rs/tokio-postgres/latest/tokio_postgres/config/struct.Config.html) reads; and, for
    /// programs that are given one URL and no more, three options of the store:
    /// [`schema`](Self::schema)`=name`, [`pooler`](Self::pooler)`=true` and [`migrate`](Self::migrate)`=false`.
    ///
    /// `sslmode` and `sslrootcert` mean what they mean to
    /// [PostgreSQL's own clients](https://www.postgresql.org/docs/current/libpq-ssl.html): connections are encrypted where
    /// the server can (`prefer`, the default), always (`require`), only to a server with a certificate of an authority in
    /// the file `sslrootcert` (`verify-ca`), and only if it has the name of the host too (`verify-full`). Anything from
    /// `require` on needs the feature `tls`, which is on by default.
    ///
    /// # Errors
    /// [`StoreError`] when `url` cannot be read. It does not repeat the URL, and neither does what `Debug` shows, since
    /// there may be a password in it.
    pub fn new(url: &str) -> Result<Self, StoreError> {
        let (address, own) = Address::parse(url)?;
        let number = |n| NonZeroUsize::new(n).expect("it is not 0");
        let config = Self {
            connector: Connector::new(address.config, &address.tls)?,
            callers: address.callers,
            schema: "factum".to_owned(),
            readers: number(16),
            writers: number(2),
            max_batch: number(512),
            migrate: true,
            pooler: false,
            lock_timeout: Duration::from_secs(5),
            watermark: true,
        };
        config.with(own)
    }

    /// The schema of the tables, `factum` by default: a letter, then letters, digits and `_`, all of them small, at most 48.
    /// Each schema is a log of its own.
    ///
    /// # Errors
    /// [`StoreError`] when it is no such name.
    pub fn schema(mut self, name: &str) -> Result<Self, StoreError> {
        let fits = name.len() <= 48
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !fits {
            let why =
                format!("{name:?} is not a small letter with letters, digits and _ after it, 48 at most");
            return Err(StoreError::incompatible("choosing a schema", why));
        }
        name.clone_into(&mut self.schema);
        Ok(self)
    }

    /// How many reads can be under way at once, 16 by default. Each has a connection.
    pub const fn readers(mut self, readers: NonZeroUsize) -> Self {
        self.readers = readers;
        self
    }

    /// How many groups of appends can be under way at once, 2 by default. Each has a connection. A second
    /// one is begun only when enough appends wait for it.
    pub const fn writers(mut self, writers: NonZeroUsize) -> Self {
        self.writers = writers;
        self
    }

    /// How many appends are committed as one group at most, 512 by default.
    pub const fn max_batch(mut self, max_batch: NonZeroUsize) -> Self {
        self.max_batch = max_batch;
        self
    }

    /// Whether to make the tables if they are not there. By default, yes; where only an administrator may, he runs
    /// [`PgConfig::script`].
    pub const fn migrate(mut self, migrate: bool) -> Self {
        self.migrate = migrate;
        self
    }

    /// Whether there is a pooler in transaction mode, such as PgBouncer, between this process and the server. Then
    /// nothing is kept in a connection from one transaction to the next: statements are planned each time, and the
    /// appends of other processes are noticed by looking rather than by being told. In transactions of your own, give
    /// queries of sqlx `persistent(false)`.
    pub const fn pooler(mut self, pooler: bool) -> Self {
        self.pooler = pooler;
        self
    }

    pub(crate) const fn is_pooled(&self) -> bool {
        self.pooler
    }

    /// How long an append waits at most for another transaction that holds what it needs, such as the one of a caller that
    /// has written to the same stream; 5 seconds by default. Then it fails with an error that is
    /// [transient](StoreError::is_transient).
    pub const fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = timeout;
        self
    }

    /// For measuring what the order costs: without a watermark, readers stop at the first hole for ever.
    #[doc(hidden)]
    pub const fn without_watermark(mut self) -> Self {
        self.watermark = false;
        self
    }

    /// The SQL that makes the tables, for those who run it themselves.
    #[must_use]
    pub fn script(&self) -> String {
        schema::script(&Sql::new(&self.schema))
    }

    /// Whether the tables are there.
    ///
    /// # Errors
    /// As for [`PgStore::connect`].
    pub async fn exists(&self) -> Result<bool, StoreError> {
        schema::exists(self, &Sql::new(&self.schema)).await
    }

    /// Opens the store.
    ///
    /// # Errors
    /// As for [`PgStore::connect`]; without [`migrate`](Self::migrate) also when the tables are not there.
    pub async fn open(mut self) -> Result<PgStore, StoreError> {
        if !self.pooler {
            self.connector.plan_once();
        }
        let sql = Sql::new(&self.schema);
        let log = schema::open(&self, &sql).await?;
        let servers = Arc::<Servers>::default();
        let pool = self.connector.pool(self.readers.get(), !self.pooler, Arc::clone(&servers))?;
        let database = Arc::new(Database::new(sql, pool));
        let names = Arc::new(Names::load(&database, servers, !self.pooler).await?);
        let wakes = Arc::new(Wakes::new());
        let watermark = Watermark::start(&self, &database, &wakes).await?;
        wakes.start(&self, &database, &watermark);
        let inlining = Inlining::new(&self, log, &database, &watermark);
        let (callers, appenders) = (self.callers_pool(self.readers.get()), self.appenders_pool());
        let writers =
            Writers::start(&self, log, &database, &names, &wakes, &watermark, (&inlining, appenders));
        let together = Together::start(&database);
        let fitting = AtomicUsize::new(limits::PAGE_EVENTS);
        let inner = Inner {
            log,
            database,
            names,
            writers,
            together,
            watermark,
            wakes,
            fitting,
            active: Default::default(),
            inlining,
            pool: callers,
            persistent: !self.pooler,
        };
        Ok(PgStore { inner: Arc::new(inner) })
    }

    /// One connection for each of those who append: the writers, a caller who appends alone, and those put aside.
    fn appenders_pool(&self) -> sqlx::PgPool {
        self.callers_pool(self.writers.get() + 2)
    }

    fn callers_pool(&self, size: usize) -> sqlx::PgPool {
        let mut options = self.callers.0.clone();
        if self.pooler {
            options = options.statement_cache_capacity(0);
        }
        let pool = sqlx::postgres::PgPoolOptions::new()
            .max_connections(size as u32)
            // A connection that has died is noticed when it is used, and a round trip each time costs more than that.
            .test_before_acquire(false);
        pool.connect_lazy_with(options)
    }
}
