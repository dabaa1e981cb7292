use serde::{Deserialize, Serialize};
use std::{error::Error, fmt};

/// The rejection of a command that is never refused. Unlike [`std::convert::Infallible`] it can be written and read,
/// so that such a command can be sent with an idempotency key.
///
/// There is no value of this type: a match on one needs no arm, `match rejection {}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Never {}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl Error for Never {}
