//! kcat: a client of Kafka that this project did not write.

use crate::{Error, program::Sought};
use std::path::PathBuf;

const SOUGHT: Sought =
    Sought { service: "kcat", program: "kcat", variable: "FACTUM_KCAT_BIN", package: "kcat" };

/// The installed program: that of the folder `FACTUM_KCAT_BIN`, otherwise the one on the `PATH`.
///
/// # Errors
/// [`Error::Missing`] if there is none, and [`Error::Setting`] if there is none in the folder that the environment
/// names.
pub fn installed() -> Result<PathBuf, Error> {
    SOUGHT.installed()
}

/// Whether kcat is [installed].
#[must_use]
pub fn is_available() -> bool {
    installed().is_ok()
}
