//! Each step of the protocol is there for a reason, and so is what it asks of the server: without it, the checker
//! finds how an event is skipped, or comes in the wrong order, or how the mark goes back.
//!
//! The numbers are the steps of the shortest way to that. With `--nocapture` the way is printed.

use super::{
    Action, Bounds, Protocol, Variant,
    properties::{NOTHING_IS_SKIPPED, STREAMS_ARE_IN_ORDER, THE_MARK_STAYS},
};
use stateright::{Checker as _, HasDiscoveries, Model as _, Path};
use std::{
    io::{self, Write as _},
    iter,
};

/// Enough for most of them.
const FEW: Bounds = Bounds {
    writers: 3,
    streams: 2,
    positions: 3,
    draws: 1,
    savepoints: false,
    prepared: false,
    crashes: false,
};

#[test]
fn no_proof() {
    refuted(Variant::NoProof, NOTHING_IS_SKIPPED, FEW, 9);
}

#[test]
fn leading_hole_missed() {
    refuted(Variant::LeadingHoleMissed, NOTHING_IS_SKIPPED, FEW, 9);
}

#[test]
fn snapshot_horizon() {
    refuted(Variant::SnapshotHorizon, NOTHING_IS_SKIPPED, FEW, 9);
}

#[test]
fn listed_before_seen() {
    refuted(Variant::ListedBeforeSeen, NOTHING_IS_SKIPPED, FEW, 10);
}

#[test]
fn one_statement() {
    refuted(Variant::OneStatement, NOTHING_IS_SKIPPED, FEW, 13);
}

#[test]
fn prepared_not_followed() {
    let bounds = Bounds { prepared: true, ..FEW };
    refuted(Variant::PreparedNotFollowed, NOTHING_IS_SKIPPED, bounds, 14);
}

#[test]
fn taken_for_lasting() {
    let bounds = Bounds { prepared: true, crashes: true, ..FEW };
    refuted(Variant::TakenForLasting, NOTHING_IS_SKIPPED, bounds, 15);
}

#[test]
fn followed_once_vanished() {
    let bounds = Bounds { prepared: true, crashes: true, ..FEW };
    refuted(Variant::FollowedOnceVanished, NOTHING_IS_SKIPPED, bounds, 19);
}

#[test]
fn published_blindly() {
    refuted(Variant::PublishedBlindly, THE_MARK_STAYS, FEW, 13);
}

#[test]
fn caching_sequence() {
    let bounds = Bounds { positions: 4, ..FEW };
    refuted(Variant::CachingSequence, NOTHING_IS_SKIPPED, bounds, 15);
}

#[test]
fn drawn_before_checked() {
    refuted(Variant::DrawnBeforeChecked, STREAMS_ARE_IN_ORDER, FEW, 9);
}

#[test]
fn released_before_visible() {
    refuted(Variant::ReleasedBeforeVisible, NOTHING_IS_SKIPPED, FEW, 13);
}

#[test]
fn visible_before_durable() {
    let bounds = Bounds { crashes: true, ..FEW };
    refuted(Variant::VisibleBeforeDurable, NOTHING_IS_SKIPPED, bounds, 15);
}

/// The variant breaks the property, and the shortest way to that takes this many steps.
fn refuted(variant: Variant, property: &'static str, bounds: Bounds, steps: usize) {
    let protocol = Protocol { variant, bounds };
    let found = counterexample(protocol, property, usize::MAX);
    // The checker goes on a little when it has found one, and tells the last.
    let shorter = |actions: &Vec<_>| counterexample(protocol, property, actions.len());
    let shortest = iter::successors(found, shorter).last().expect("the variant breaks the property");
    println!("{variant:?}: {shortest:?}");
    assert_eq!(shortest.len(), steps);
    // Not `println!`, which would be shown for a failed test only.
    writeln!(io::stdout().lock(), "\nmodel variant refuted in {steps} steps: {variant:?}").unwrap();
}

/// A way of fewer steps than `below` into a state without the property.
fn counterexample(protocol: Protocol, property: &'static str, below: usize) -> Option<Vec<Action>> {
    let checker = protocol
        .checker()
        // It counts states, of which there is one more, and leaves out those at this depth.
        .target_max_depth(below.saturating_add(1))
        .finish_when(HasDiscoveries::AnyOf([property].into()))
        .spawn_bfs()
        .join();
    checker.discovery(property).map(Path::into_actions)
}
