//! What always holds; and what sometimes happens, so that it does not hold for want of anything that could break it.

use super::{Protocol, log::Position, names::Names, reader::Hole, state::State, writer::Step};
use stateright::Property;

pub(super) const NOTHING_IS_SKIPPED: &str =
    "what is visible at or below the mark was so when the mark passed it";
pub(super) const STREAMS_ARE_IN_ORDER: &str =
    "a stream is delivered in the order of its versions, without gaps";
pub(super) const THE_MARK_STAYS: &str = "the mark never goes back";
pub(super) const THE_MARK_ARRIVES: &str = "the mark reaches the newest event when nobody holds the lock";

impl Protocol {
    pub(super) fn always() -> Vec<Property<Self>> {
        vec![
            Property::always(NOTHING_IS_SKIPPED, |_, state| nothing_is_skipped(state)),
            Property::always(STREAMS_ARE_IN_ORDER, streams_are_in_order),
            Property::always(THE_MARK_STAYS, |_, state: &State| state.published == state.subscriber.at),
            Property::always(THE_MARK_ARRIVES, the_mark_arrives),
        ]
    }

    pub(super) fn sometimes(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::sometimes("a dead hole is passed", |_, state| passed_holes(state).count() > 0),
            Property::sometimes("a hole is passed while others have the lock", |_, state| {
                passed_holes(state).count() > 0 && state.holders() != Names::NOBODY
            }),
            Property::sometimes("a hole is filled by one who is waited for", |_, state| {
                let filled = awaited(state).filter(|(position, _)| state.log.is_visible(*position));
                filled.count() > 0
            }),
            Property::sometimes("two transactions have the same version of a stream", |_, state: &State| {
                let drawn = state.writers.iter().filter_map(|writer| match writer.step {
                    Step::Drawn(append, _) => Some(append),
                    _ => None,
                });
                drawn.filter(|append| state.log.has(*append)).count() > 0
            }),
        ];
        if self.bounds.crashes {
            properties.push(Property::sometimes("a hole is waited for after a crash", |_, state: &State| {
                state.has_crashed() && awaited(state).count() > 0
            }));
        }
        if self.bounds.prepared {
            properties.push(Property::sometimes("a prepared transaction is waited for", |_, state| {
                awaited(state).any(|(_, names)| names.prepared() != Names::NOBODY)
            }));
        }
        properties
    }
}

fn nothing_is_skipped(state: &State) -> bool {
    let settled = state.log.visible().take_while(|position| *position <= state.subscriber.at);
    settled.into_iter().all(|position| state.subscriber.delivered.contains(position))
}

fn streams_are_in_order(protocol: &Protocol, state: &State) -> bool {
    let delivered =
        || state.log.rows().filter(|(position, _)| state.subscriber.delivered.contains(*position));
    (0..protocol.bounds.streams).all(|stream| {
        let of_stream = delivered().filter(|(_, row)| row.append.stream == stream);
        of_stream.zip(1..).all(|((_, row), version)| row.append.version == version)
    })
}

/// Nobody is waited for who is not there: two passes and a look settle all there is.
fn the_mark_arrives(protocol: &Protocol, state: &State) -> bool {
    if state.holders() != Names::NOBODY {
        return true;
    }
    let mut later = state.clone();
    for _ in 0..2 {
        protocol.look(&mut later);
        protocol.list(&mut later);
    }
    protocol.look(&mut later);
    later.reader.mark >= later.log.newest_visible()
}

/// Positions that the reader has proven dead, or passed without that.
fn passed_holes(state: &State) -> impl Iterator<Item = Position> {
    (1..=state.reader.mark).filter(|position| !state.log.is_visible(*position))
}

/// Holes, and those who are waited for.
fn awaited(state: &State) -> impl Iterator<Item = (Position, Names)> {
    (1..).zip(state.reader.holes).filter_map(|(position, hole)| match hole {
        Hole::HeldBy(names) if names != Names::NOBODY => Some((position, names)),
        _ => None,
    })
}
