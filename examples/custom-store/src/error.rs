//! Why the file could not be used; each says which one.

use factum_core::StoreError;
use std::{error::Error, io, path::Path};

/// The disk, or the system, said no.
pub(crate) fn opening(path: &Path) -> impl Fn(io::Error) -> StoreError {
    let doing = doing(path);
    move |error| StoreError::new(doing.clone(), error)
}

/// Somebody else has the file; it may be free later.
pub(crate) fn in_use(path: &Path) -> StoreError {
    StoreError::unavailable(doing(path), "another store has the file open")
}

/// It is not one of our files, or of a later version.
pub(crate) fn incompatible(path: &Path) -> StoreError {
    StoreError::incompatible(doing(path), "it is not a log in the format of this version")
}

/// It was one of our files.
pub(crate) fn corrupt(path: &Path, why: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
    StoreError::corrupt(doing(path), why)
}

/// What is in memory may not be what is in the file.
pub(crate) fn broken() -> StoreError {
    StoreError::new("using the log", "an earlier write to its file failed; open it again")
}

fn doing(path: &Path) -> String {
    format!("opening {}", path.display())
}
