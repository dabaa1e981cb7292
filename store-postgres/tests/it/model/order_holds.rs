//! The protocol as built: every state that can be reached within these bounds.
//!
//! The bounds are chosen so that the tests take seconds. Together they cover those of every variant that is refuted.

use super::{Bounds, Protocol, Variant};
use stateright::{Checker as _, Model as _};
use std::io::{self, Write as _};

#[test]
fn with_many_transactions() {
    holds(Bounds {
        writers: 4,
        streams: 2,
        positions: 4,
        draws: 1,
        savepoints: false,
        prepared: false,
        crashes: false,
    });
}

#[test]
fn with_transactions_of_every_kind() {
    holds(Bounds {
        writers: 3,
        streams: 2,
        positions: 3,
        draws: 2,
        savepoints: true,
        prepared: true,
        crashes: true,
    });
}

#[test]
fn with_many_positions() {
    holds(Bounds {
        writers: 2,
        streams: 2,
        positions: 5,
        draws: 2,
        savepoints: true,
        prepared: true,
        crashes: true,
    });
}

fn holds(bounds: Bounds) {
    let checker = Protocol { variant: Variant::AsBuilt, bounds }.checker().spawn_bfs().join();
    checker.assert_properties();
    // Not `println!`, which would be shown for a failed test only.
    writeln!(io::stdout().lock(), "\nmodel states: {}", checker.unique_state_count()).unwrap();
}
