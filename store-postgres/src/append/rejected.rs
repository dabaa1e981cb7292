use crate::error::{IntoStoreError, is_rolled_back};
use factum_core::StoreError;
use sqlx::postgres::{PgDatabaseError, PgSeverity};
use tokio_postgres::error::SqlState;

/// Why nothing of a batch was written, whoever says so.
pub(super) enum Rejected {
    Server(tokio_postgres::Error),
    /// The same by the other driver.
    Callers(sqlx::Error),
    /// A read model that changes with the append.
    ReadModel(StoreError),
}

impl Rejected {
    /// What the server calls it.
    pub(super) fn state(&self) -> Option<SqlState> {
        match self {
            Self::Server(error) => error.code().cloned(),
            Self::Callers(error) => {
                let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
                code.map(|code| SqlState::from_code(&code))
            }
            Self::ReadModel(_) => None,
        }
    }

    pub(super) fn into_store_error(self, doing: String) -> StoreError {
        match self {
            Self::Server(error) => error.into_store_error(doing),
            Self::Callers(error) => error.into_store_error(doing),
            Self::ReadModel(error) => error,
        }
    }

    /// `Err` if the server has not said that the statement was undone.
    pub(super) fn of(error: tokio_postgres::Error) -> Result<Self, tokio_postgres::Error> {
        if is_rolled_back(&error) { Ok(Self::Server(error)) } else { Err(error) }
    }

    /// The same of the other driver.
    pub(super) fn of_callers(error: sqlx::Error) -> Result<Self, sqlx::Error> {
        let said = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
        match said.map(PgDatabaseError::severity) {
            Some(PgSeverity::Error) => Ok(Self::Callers(error)),
            _ => Err(error),
        }
    }
}
