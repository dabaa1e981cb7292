use factum_core::StoreError;
use tokio_postgres::error::{Severity, SqlState};

/// Says what was being done when something failed.
pub(crate) trait Context<T> {
    fn doing(self, doing: &str) -> Result<T, StoreError>;
    fn doing_with(self, doing: impl FnOnce() -> String) -> Result<T, StoreError>;
}

impl<T, E: IntoStoreError> Context<T> for Result<T, E> {
    fn doing(self, doing: &str) -> Result<T, StoreError> {
        self.map_err(|e| e.into_store_error(doing.to_owned()))
    }

    fn doing_with(self, doing: impl FnOnce() -> String) -> Result<T, StoreError> {
        self.map_err(|e| e.into_store_error(doing()))
    }
}

pub(crate) trait IntoStoreError {
    fn into_store_error(self, doing: String) -> StoreError;
}

impl IntoStoreError for tokio_postgres::Error {
    fn into_store_error(self, doing: String) -> StoreError {
        match self.code() {
            Some(state) => by_state(doing, &state.clone(), self),
            // Without a word of the server, the connection has failed; but for values that cannot be read.
            None if self.is_closed()
                || std::error::Error::source(&self)
                    .is_some_and(<dyn std::error::Error + 'static>::is::<std::io::Error>) =>
            {
                StoreError::unavailable(doing, self)
            }
            None => StoreError::new(doing, self),
        }
    }
}

impl IntoStoreError for deadpool::managed::PoolError<tokio_postgres::Error> {
    fn into_store_error(self, doing: String) -> StoreError {
        match self {
            Self::Backend(error) => error.into_store_error(doing),
            Self::Closed => StoreError::closed(doing),
            other => StoreError::unavailable(doing, other),
        }
    }
}

impl IntoStoreError for sqlx::Error {
    fn into_store_error(self, doing: String) -> StoreError {
        match &self {
            Self::Database(error) => match error.code() {
                Some(code) => by_state(doing, &SqlState::from_code(&code), self),
                None => StoreError::new(doing, self),
            },
            Self::Io(_) | Self::PoolTimedOut | Self::WorkerCrashed => StoreError::unavailable(doing, self),
            Self::PoolClosed => StoreError::closed(doing),
            _ => StoreError::new(doing, self),
        }
    }
}

fn by_state(
    doing: String,
    state: &SqlState,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> StoreError {
    match (state, &state.code()[..2]) {
        // Another writer may have been faster, as often as it was tried: a unique entry stands for nothing else here.
        (state, _) if may_pass(state.code()) || state == &SqlState::UNIQUE_VIOLATION => {
            StoreError::unavailable(doing, error)
        }
        (&SqlState::UNDEFINED_TABLE | &SqlState::UNDEFINED_FUNCTION | &SqlState::UNDEFINED_COLUMN, _)
        | (&SqlState::INVALID_SCHEMA_NAME | &SqlState::INVALID_CATALOG_NAME, _) => {
            StoreError::incompatible(doing, error)
        }
        (&SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED, _) => StoreError::corrupt(doing, error),
        _ => StoreError::new(doing, error),
    }
}

/// Whether it may go better next time: the server is going down or coming up, has no room, or gave up waiting, for a lock or for
/// what was to come in a transaction.
pub(crate) fn may_pass(code: &str) -> bool {
    const LOCK_NOT_AVAILABLE: &str = "55P03";
    const IDLE_IN_TRANSACTION: &str = "25P03";
    const TRANSACTION_TIMEOUT: &str = "25P04";
    let is_of = |class| code.starts_with(class);
    ["08", "40", "53", "57", LOCK_NOT_AVAILABLE, IDLE_IN_TRANSACTION, TRANSACTION_TIMEOUT]
        .into_iter()
        .any(is_of)
}

/// Whether the server has said that the statement was undone. An error that ends the connection may come after the commit,
/// as when a wait for a replica is broken off; and a connection that is lost says nothing at all.
pub(crate) fn is_rolled_back(error: &tokio_postgres::Error) -> bool {
    let severity = error.as_db_error().and_then(tokio_postgres::error::DbError::parsed_severity);
    matches!(severity, Some(Severity::Error))
}

/// Whether another writer was faster between the check and the write. The same check will now see what it wrote.
pub(crate) fn is_lost_race(state: Option<&SqlState>) -> bool {
    state.is_some_and(|state| {
        [&SqlState::UNIQUE_VIOLATION, &SqlState::T_R_DEADLOCK_DETECTED, &SqlState::T_R_SERIALIZATION_FAILURE]
            .contains(&state)
    })
}
