//! Holds batches where a test wants them to be.

use crate::child::say;
use std::{
    io, process,
    sync::{Arc, LazyLock},
    thread,
};
use tokio::sync::watch;

/// Where a batch can be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// It was read, and nothing was written.
    Reading,
    /// It was written in a transaction that has not been committed.
    Writing,
}

impl At {
    pub(crate) const fn order(self) -> &'static str {
        match self {
            Self::Reading => "hold when it was read",
            Self::Writing => "hold when it was written",
        }
    }
}

/// What lets them go on.
pub(crate) const GO: &str = "go";
/// What is said when an order was heard.
pub(crate) const HEARD: &str = "heard";
/// What is said when a batch is held.
pub(crate) const HELD: &str = "held in the middle of a batch";

/// The gate of this process, which is moved by what it is told. The process ends with its input.
pub(crate) fn pass() -> Arc<Gate> {
    static GATE: LazyLock<Arc<Gate>> = LazyLock::new(|| {
        let gate = Arc::new(Gate(watch::Sender::new(None)));
        let moved = Arc::clone(&gate);
        thread::spawn(move || {
            for line in io::stdin().lines().map_while(Result::ok) {
                let at = [At::Reading, At::Writing].into_iter().find(|at| at.order() == line);
                moved.0.send_replace(at);
                say(HEARD);
            }
            process::exit(0);
        });
        gate
    });
    Arc::clone(&GATE)
}

pub(crate) struct Gate(watch::Sender<Option<At>>);

impl Gate {
    /// Goes through, unless batches are held here; says when one is.
    pub(crate) async fn at(&self, at: At) {
        let mut held = self.0.subscribe();
        if *held.borrow_and_update() == Some(at) {
            say(HELD);
            held.wait_for(|held| *held != Some(at)).await.unwrap();
        }
    }
}
