use crate::{Error, program::Sought};
use std::path::PathBuf;

const SOUGHT: Sought = Sought {
    service: "Mosquitto",
    program: "mosquitto",
    variable: "FACTUM_MOSQUITTO_BIN",
    package: "mosquitto",
};

/// The installed program: that of the folder `FACTUM_MOSQUITTO_BIN`, otherwise the one on the `PATH`, otherwise the one
/// in `/usr/sbin`.
///
/// # Errors
/// [`Error::Missing`] if there is none, and [`Error::Setting`] if there is none in the folder that the environment
/// names.
pub fn installed() -> Result<PathBuf, Error> {
    SOUGHT.installed()
}

/// Whether Mosquitto is [installed].
#[must_use]
pub fn is_available() -> bool {
    installed().is_ok()
}
