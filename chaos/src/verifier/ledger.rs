use super::{Violations, log::Entry, order::Order};
use crate::{
    origin::{Author, Origin},
    record::{Condition, Fate, Refusal, Said, Written},
    tally::Tally,
};
use std::collections::{HashMap, HashSet};

/// What writers have said of their appends, as far as it is not settled.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) tally: Tally,
    pub(crate) violations: Violations,
    open: HashMap<Origin, Known>,
    /// The last call of each author that something was said of.
    calls: HashMap<Author, u32>,
    /// The writers that were killed, by their lives. What they had under way may be in the log.
    killed: HashSet<(u8, u16)>,
}

/// What is known of an append.
#[derive(Debug)]
enum Known {
    Acknowledged {
        written: Vec<Written>,
        condition: Option<Condition>,
    },
    Refused(Refusal),
    /// To be looked up.
    Unknown,
    Found {
        written: bool,
    },
    /// Nobody asked. It may be written later, too.
    Abandoned,
}

impl Ledger {
    pub(crate) fn hear(&mut self, name: &str, said: Said) {
        match said {
            Said::Ready | Said::Rested => {}
            Said::Wrong(what) => self.violations.wrong(format!("{name}: {what}")),
            Said::Found { origin, written } => {
                self.open.insert(origin, Known::Found { written });
                self.tally.resolve(written);
            }
            Said::Done { origin, fates } => {
                self.calls.insert(origin.author, origin.call);
                for (nth, fate) in (0..).zip(fates) {
                    self.tally.count(&fate);
                    let known = match fate {
                        Fate::Acknowledged { written, condition } => {
                            Known::Acknowledged { written, condition }
                        }
                        Fate::Refused(refusal) => Known::Refused(refusal),
                        Fate::Unknown => Known::Unknown,
                        Fate::Abandoned => Known::Abandoned,
                    };
                    self.open.insert(Origin { nth, ..origin }, known);
                }
            }
        }
    }

    pub(crate) fn killed(&mut self, writer: u8, life: u16) {
        self.killed.insert((writer, life));
    }

    /// Compares what was said with what the log has.
    pub(super) fn settle(&mut self, entries: &[Entry], order: &Order, found: &mut Violations) {
        let mut written: HashMap<Origin, Vec<&Entry>> = HashMap::new();
        for entry in entries {
            written.entry(entry.place.origin).or_default().push(entry);
        }
        for (origin, events) in written {
            whole(origin, &events, found);
            let position = events[0].position;
            match self.open.remove(&origin) {
                Some(Known::Acknowledged { written, condition }) => {
                    receipt(origin, &events, &written, found);
                    if let Some(other) = condition.and_then(|condition| order.matching(&condition, position))
                    {
                        found.wrong(format!(
                            "{origin}, at {position}, was not refused, although {other} matches its condition"
                        ));
                    }
                }
                Some(Known::Refused(why)) => {
                    found.wrong(format!("{origin} was refused ({why:?}), and is at {position}"));
                }
                Some(Known::Found { written: false }) => {
                    found.wrong(format!("{origin} could not be found, and is at {position}"));
                }
                Some(Known::Unknown) if self.was_killed(origin) => self.tally.resolve(true),
                Some(Known::Unknown) => found.wrong(format!("{origin} was not looked up")),
                Some(Known::Found { written: true } | Known::Abandoned) => {}
                // It was under way when its writer was killed.
                None if self.was_killed(origin) && self.is_next(origin) => {}
                None => found.wrong(format!(
                    "{origin} is at {position}, and nobody has said of it that it was appended now"
                )),
            }
        }
        self.forget(found);
    }

    /// What is not in the log has to be what was not written.
    fn forget(&mut self, found: &mut Violations) {
        for (origin, known) in std::mem::take(&mut self.open) {
            match known {
                Known::Acknowledged { written, .. } => {
                    found.lost(format!("{origin} was acknowledged as {written:?}, and is not in the log"));
                }
                Known::Found { written: true } => {
                    found.lost(format!("{origin} was found, and is not in the log"));
                }
                Known::Refused(_) | Known::Found { written: false } => {}
                Known::Unknown if self.was_killed(origin) => self.tally.resolve(false),
                Known::Unknown => found.wrong(format!("{origin} was not looked up")),
                Known::Abandoned => {
                    self.open.insert(origin, Known::Abandoned);
                }
            }
        }
    }

    fn was_killed(&self, origin: Origin) -> bool {
        self.killed.contains(&(origin.author.writer, origin.author.life))
    }

    /// Whether it comes after the last call that something was said of.
    fn is_next(&self, origin: Origin) -> bool {
        self.calls.get(&origin.author).map_or(0, |last| last + 1) == origin.call
    }
}

/// All events of an append are there, each once, in their order.
fn whole(origin: Origin, events: &[&Entry], found: &mut Violations) {
    let ids: HashSet<_> = events.iter().map(|event| event.id).collect();
    if ids.len() < events.len() {
        found.doubled(format!("{origin} has events that are in the log more than once"));
    } else if events.len() != usize::from(events[0].place.of) {
        found.wrong(format!("{} of {} events of {origin} are in the log", events.len(), events[0].place.of));
    } else if !events.iter().map(|event| event.place.nth).eq(0..events[0].place.of) {
        found.out_of_order(format!("the events of {origin} are not in the order in which they were given"));
    }
}

/// They are where the receipt says.
fn receipt(origin: Origin, events: &[&Entry], written: &[Written], found: &mut Violations) {
    let mut last: HashMap<&str, (u64, u64)> = HashMap::new();
    for event in events {
        last.insert(event.stream.as_str(), (event.version, event.position));
    }
    let is_so = written.len() == last.len()
        && written.iter().all(|Written { stream, version, position }| {
            last.get(stream.as_str()) == Some(&(*version, *position))
        });
    if !is_so {
        found.wrong(format!("{origin} was acknowledged as {written:?}, and the log has {last:?}"));
    }
}
