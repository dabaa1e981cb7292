use crate::{Error, program::Sought};
use std::path::PathBuf;

const SOUGHT: Sought = Sought {
    service: "PgBouncer",
    program: "pgbouncer",
    variable: "FACTUM_PGBOUNCER_BIN",
    package: "pgbouncer",
};

/// The installed program: that of the folder `FACTUM_PGBOUNCER_BIN`, otherwise the one on the `PATH`, otherwise the one
/// in `/usr/sbin`.
///
/// # Errors
/// [`Error::Missing`] if there is none, and [`Error::Setting`] if there is none in the folder that the environment
/// names.
pub fn installed() -> Result<PathBuf, Error> {
    SOUGHT.installed()
}

/// Whether PgBouncer is [installed].
#[must_use]
pub fn is_available() -> bool {
    installed().is_ok()
}
