//! The lines that processes say on their output, one JSON value each, and those that they are told on their input.
//!
//! A line is written before anything is done that comes after it: what a process was told by the store it has said by
//! then, as a client that remembers would have, even if it is killed at once.

use crate::origin::Origin;
use serde::{Deserialize, Serialize};
use std::{
    io::{self, Write as _},
    process, thread,
};
use tokio::sync::mpsc;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Said {
    /// The store is open.
    Ready,
    /// What became of the appends of a call.
    Done { origin: Origin, fates: Vec<Fate> },
    /// What `find` says of an append whose outcome was unknown.
    Found { origin: Origin, written: bool },
    /// Nothing is under way any more.
    Rested,
    /// The store has broken a promise.
    Wrong(String),
}

/// What a writer was told of an append.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Fate {
    Acknowledged {
        written: Vec<Written>,
        condition: Option<Condition>,
    },
    Refused(Refusal),
    Unknown,
    /// The writer did not wait for the answer.
    Abandoned,
}

/// Why nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Refusal {
    Conflict,
    Duplicate,
    Failed,
    RolledBack,
}

/// What the receipt says of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Written {
    pub(crate) stream: String,
    pub(crate) version: u64,
    pub(crate) position: u64,
}

/// No event with this tag and of this type, where they are given, was to be in the log after `after`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Condition {
    pub(crate) tag: Option<String>,
    pub(crate) event_type: Option<String>,
    pub(crate) after: u64,
}

/// Says something to the parent.
pub(crate) fn say(said: &Said) {
    let line = serde_json::to_string(said).expect("what is said can be written");
    // Standard output is flushed at the end of each line. Without a parent there is nothing to go on for.
    if writeln!(io::stdout(), "{line}").is_err() {
        process::exit(1);
    }
}

/// What a writer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Run,
    Rest,
}

impl Order {
    pub(crate) const fn line(self) -> &'static str {
        match self {
            Self::Run => "run\n",
            Self::Rest => "rest\n",
        }
    }
}

/// What comes from the parent. The process ends with it: at the end of the input.
pub(crate) fn orders() -> mpsc::UnboundedReceiver<Order> {
    let (sender, orders) = mpsc::unbounded_channel();
    thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            let order = if line == "run" { Order::Run } else { Order::Rest };
            if sender.send(order).is_err() {
                break;
            }
        }
        process::exit(0);
    });
    orders
}
