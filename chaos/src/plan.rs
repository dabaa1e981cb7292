//! Everything that is chosen at random. All choices come from one seed; what comes of them depends on the machine too.

use crate::args::Options;
use rand::{Rng as _, RngExt as _, SeedableRng as _, rngs::ChaCha8Rng};
use std::time::Duration;

/// Who chooses. Each has a stream of numbers of its own, so that one does not change what another chooses.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Chooser {
    Round(u32),
    Task { writer: u8, life: u16, task: u8 },
    Subscriber { view: u8, life: u16 },
}

pub(crate) fn choices(seed: u64, chooser: Chooser) -> ChaCha8Rng {
    let mut choices = ChaCha8Rng::seed_from_u64(seed);
    choices.set_stream(match chooser {
        Chooser::Round(round) => u64::from(round),
        Chooser::Task { writer, life, task } => {
            1 << 40 | u64::from(writer) << 24 | u64::from(life) << 8 | u64::from(task)
        }
        Chooser::Subscriber { view, life } => 2 << 40 | u64::from(view) << 16 | u64::from(life),
    });
    choices
}

/// Something that is done to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Harm {
    /// `kill -9` for the server, which is started again after so long.
    Server { down: Duration },
    /// `pg_terminate_backend` for a connection; the number says which.
    Backend(i64),
    /// `kill -9` for a subscriber, which is started again at once.
    Subscriber(usize),
    /// The same for a writer.
    Writer(usize),
}

/// What is done in a round, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Round {
    pub(crate) harm: Vec<(Duration, Harm)>,
}

impl Round {
    pub(crate) fn new(options: &Options, number: u32, subscribers: usize) -> Self {
        let mut choices = choices(options.course.seed, Chooser::Round(number));
        let length = options.course.seconds;
        let mut harm = Vec::new();
        let mut at = Duration::ZERO;
        loop {
            at += Duration::from_millis(choices.random_range(20..400));
            if at >= length {
                break;
            }
            harm.push((at, Harm::Backend(choices.next_u64() as i64)));
        }
        for _ in 0..choices.random_range(1..=3) {
            let subscriber = Harm::Subscriber(choices.random_range(0..subscribers));
            harm.push((length.mul_f64(choices.random()), subscriber));
        }
        for _ in 0..choices.random_range(0..=1) {
            let writer = Harm::Writer(choices.random_range(0..usize::from(options.writers)));
            harm.push((length.mul_f64(choices.random()), writer));
        }
        let down = Duration::from_millis(choices.random_range(0..500));
        harm.push((length.mul_f64(choices.random_range(0.3..0.7)), Harm::Server { down }));
        harm.sort_by_key(|(at, _)| *at);
        Self { harm }
    }
}

/// Something that is done to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blow {
    /// `kill -9`; it is started again after so long.
    Kill { node: usize, down: Duration },
    /// It is held up for so long: sometimes for longer than its leases last.
    Pause { node: usize, time: Duration },
}

/// What is done to so many nodes in a round that lasts so long, and when.
pub(crate) fn blows(seed: u64, time: Duration, nodes: u8, round: u32) -> Vec<(Duration, Blow)> {
    let mut choices = choices(seed, Chooser::Round(round));
    let mut blows = Vec::new();
    let mut at = Duration::ZERO;
    loop {
        at += Duration::from_millis(choices.random_range(100..1_500));
        if at >= time {
            return blows;
        }
        let node = choices.random_range(0..usize::from(nodes));
        blows.push((
            at,
            if choices.random_bool(0.5) {
                Blow::Kill { node, down: Duration::from_millis(choices.random_range(0..3_000)) }
            } else {
                Blow::Pause { node, time: Duration::from_millis(choices.random_range(50..5_000)) }
            },
        ));
    }
}

/// A broker is killed, and started again after so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fall {
    pub(crate) at: Duration,
    pub(crate) down: Duration,
}

/// When each of three brokers falls in a round that lasts so long.
pub(crate) fn falls(seed: u64, time: Duration, round: u32) -> [Fall; 3] {
    // Another stream of numbers than that of the nodes in the round.
    let mut choices = choices(seed, Chooser::Round(round | 1 << 31));
    std::array::from_fn(|_| Fall {
        at: time.mul_f64(choices.random_range(0.1..0.8)),
        down: Duration::from_millis(choices.random_range(0..1_500)),
    })
}

#[cfg(test)]
mod tests {
    use super::{Harm, Round};
    use crate::args::{Course, Options};
    use std::time::Duration;

    #[test]
    fn the_same_seed_makes_the_same_choices_and_kills_the_server_once() {
        let options = |seed| Options {
            course: Course { rounds: 2, seed, seconds: Duration::from_secs(5) },
            writers: 4,
            tasks: 16,
        };
        for round in 1..50 {
            let one = Round::new(&options(7), round, 3);
            assert_eq!(one, Round::new(&options(7), round, 3));
            assert_ne!(one, Round::new(&options(8), round, 3));
            assert_ne!(one, Round::new(&options(7), round + 1, 3));
            let kills = one.harm.iter().filter(|(_, harm)| matches!(harm, Harm::Server { .. }));
            assert_eq!(kills.count(), 1);
            assert!(one.harm.is_sorted_by_key(|(at, _)| *at));
        }
    }
}
