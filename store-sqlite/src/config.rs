use crate::{
    Inner, SqliteStore, clock, error::Context, reader::Readers, schema, subscribe::OtherWriters,
    writer::Writer,
};
use factum_core::{
    StoreError,
    sink::Inlines,
    store::{Clock, SystemClock, Watch},
};
use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};
use std::{
    num::NonZeroUsize,
    path::{self, Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

/// SQLite counts milliseconds in 31 bits.
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

/// How a store is opened.
///
/// ```
/// # use factum_store_sqlite::SqliteConfig;
/// let config = SqliteConfig::new("bank.db").create(false);
/// # drop(config);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a store is opened by `open`"]
pub struct SqliteConfig {
    path: PathBuf,
    create: bool,
    readers: NonZeroUsize,
    max_batch: NonZeroUsize,
    busy_timeout: Duration,
    pub(crate) clock: Arc<dyn Clock>,
}

impl SqliteConfig {
    /// The file at `path`, with the default options.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            create: true,
            readers: NonZeroUsize::new(4).expect("4 is not 0"),
            max_batch: NonZeroUsize::new(1_024).expect("1,024 is not 0"),
            busy_timeout: Duration::from_secs(5),
            clock: Arc::new(SystemClock::new()),
        }
    }

    /// Whether to create the file, or the tables in an existing file, if they are not there. By default, yes.
    pub const fn create(mut self, create: bool) -> Self {
        self.create = create;
        self
    }

    /// How many reads can be under way at once, 4 by default. Each has a thread and a connection.
    pub const fn readers(mut self, readers: NonZeroUsize) -> Self {
        self.readers = readers;
        self
    }

    /// How many calls are committed as one group at most, 1,024 by default.
    pub const fn max_batch(mut self, max_batch: NonZeroUsize) -> Self {
        self.max_batch = max_batch;
        self
    }

    /// How long to wait for another process that is writing, 5 seconds by default; then the append fails with a
    /// transient error.
    pub const fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// What clock the store goes by, in all that it does: when events are recorded, when leases end, what time
    /// [`LeaseStore::now`](factum_core::LeaseStore::now) tells. By default it is [`SystemClock`], which all processes
    /// of the machine agree on.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the store.
    ///
    /// # Errors
    /// As for [`SqliteStore::open`]; without [`create`](Self::create) also when the file or the tables are not there.
    pub async fn open(self) -> Result<SqliteStore, StoreError> {
        let (reply, opened) = tokio::sync::oneshot::channel();
        // Creating a file and its tables is disk work, which does not belong on an async thread.
        thread::Builder::new()
            .name("factum-sqlite-open".to_owned())
            .spawn(move || reply.send(self.open_blocking()))
            .doing("starting a thread")?;
        opened.await.map_err(|_| StoreError::closed("opening the store"))?
    }

    fn open_blocking(mut self) -> Result<SqliteStore, StoreError> {
        if self.path.as_os_str() == ":memory:" {
            return Err(StoreError::incompatible("opening :memory:", "it is SQLite's name for no file"));
        }
        // Further connections must find the same file, wherever the process has gone meanwhile.
        self.path = path::absolute(&self.path).doing_with(|| format!("opening {}", self.path.display()))?;
        let mut connection =
            self.open_file(if self.create { OpenFlags::SQLITE_OPEN_CREATE } else { OpenFlags::empty() })?;
        // Before any setting, since some of them change the file, which may not be ours.
        let found = schema::find(&connection, &self.path)?;
        if found.is_none() && !self.create {
            let why = "there is no log in this file";
            return Err(StoreError::incompatible(format!("opening {}", self.path.display()), why));
        }
        self.prepare(&connection)?;
        let log = match found {
            Some(log) => log,
            None => schema::make(&mut connection, &self.path)?,
        };
        let (wake, _) = Watch::channel();
        let wake = Arc::new(wake);
        let inlines = Inlines::default();
        let (wakes, clock) = (Arc::clone(&wake), Arc::clone(&self.clock));
        let writer = Writer::start(connection, log, self.max_batch, wakes, inlines.clone(), clock)?;
        let readers = Readers::start(&self, self.readers)?;
        Ok(SqliteStore {
            inner: Arc::new(Inner {
                log,
                writer,
                readers,
                others: OtherWriters::new(wake),
                inlines,
                config: self,
            }),
        })
    }

    /// A connection with the settings that the store's guarantees rest on.
    pub(crate) fn connect(&self) -> Result<Connection, StoreError> {
        let connection = self.open_file(OpenFlags::empty())?;
        self.prepare(&connection)?;
        Ok(connection)
    }

    fn open_file(&self, extra: OpenFlags) -> Result<Connection, StoreError> {
        let doing = || format!("opening {}", self.path.display());
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | extra;
        let connection = Connection::open_with_flags(&self.path, flags).doing_with(doing)?;
        connection.busy_timeout(self.busy_timeout.min(LONGEST)).doing_with(doing)?;
        connection.set_prepared_statement_cache_capacity(64);
        // Every statement here has one good plan; without this, SQLite compiles some of them again for every new
        // parameter.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).doing_with(doing)?;
        Ok(connection)
    }

    fn prepare(&self, connection: &Connection) -> Result<(), StoreError> {
        let doing = || format!("opening {}", self.path.display());
        let began = Instant::now();
        // SQLite does not wait by itself for another connection that is just turning a new file's WAL mode on.
        while let Err(error) = connection.execute_batch(include_str!("../sql/connection.sql")) {
            let busy = error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy);
            if !busy || began.elapsed() >= self.busy_timeout {
                return Err(error).doing_with(doing);
            }
            thread::sleep(Duration::from_millis(1));
        }
        // Where it cannot turn it on, it says so only when asked.
        clock::define(connection, &self.clock).doing_with(doing)?;
        let mode: String =
            connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).doing_with(doing)?;
        match mode.as_str() {
            "wal" => Ok(()),
            mode => Err(StoreError::incompatible(
                doing(),
                format!("it cannot be in WAL mode, only in mode {mode:?}; is it a local file?"),
            )),
        }
    }
}
