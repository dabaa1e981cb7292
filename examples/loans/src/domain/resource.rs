use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};

/// Who did something: a clerk's number, or that of the system that takes applications in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Resource(Arc<str>);

impl Resource {
    /// The number under which the bank's own software signs.
    pub const SYSTEM: &str = "112";

    /// The bank's own software.
    #[must_use]
    pub fn system() -> Self {
        Self::from(Self::SYSTEM)
    }
}

impl From<&str> for Resource {
    fn from(number: &str) -> Self {
        Self(number.into())
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
