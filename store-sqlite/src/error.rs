use factum_core::StoreError;
use rusqlite::ErrorCode;

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

impl IntoStoreError for rusqlite::Error {
    fn into_store_error(self, doing: String) -> StoreError {
        match self.sqlite_error_code() {
            // Rows that cannot be read, or that name a row that is not there.
            None if !matches!(self, Self::ToSqlConversionFailure(_)) => StoreError::corrupt(doing, self),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::unavailable(doing, self),
            Some(ErrorCode::DatabaseCorrupt) => StoreError::corrupt(doing, self),
            Some(ErrorCode::NotADatabase) => StoreError::incompatible(doing, self),
            _ => StoreError::new(doing, self),
        }
    }
}

impl IntoStoreError for std::io::Error {
    fn into_store_error(self, doing: String) -> StoreError {
        StoreError::new(doing, self)
    }
}
