use crate::domain::Amount;
use chrono::TimeDelta;
use rand::{Rng, RngExt};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How long something takes: the shortest time, the three quartiles, nineteen out of twenty, and the longest, in
/// milliseconds. They follow the bank's log.
pub(super) struct Wait([i64; 6]);

impl Wait {
    /// Between two steps of the bank's software.
    pub(super) const INSTANT: Self = Self([20, 150, 300, 500, 2 * SECOND, 5 * SECOND]);
    /// Until the software has looked at an application.
    pub(super) const FIRST_LOOK: Self =
        Self([25 * SECOND, 34 * SECOND, 38 * SECOND, 42 * SECOND, 54 * SECOND, 90 * SECOND]);
    /// Until a clerk turns to new work.
    pub(super) const IN_TRAY: Self =
        Self([12 * SECOND, 10 * MINUTE, 75 * MINUTE, 9 * HOUR, 24 * HOUR, 3 * DAY]);
    /// A call or a check.
    pub(super) const AT_WORK: Self =
        Self([5 * SECOND, 50 * SECOND, 2 * MINUTE, 5 * MINUTE, 14 * MINUTE, 90 * MINUTE]);
    /// Until a clerk tries again to reach a customer about an application.
    pub(super) const NEXT_TRY: Self =
        Self([10 * SECOND, 26 * MINUTE, 4 * HOUR, 19 * HOUR, 3 * DAY, 14 * DAY]);
    /// Until a clerk asks a customer about an offer.
    pub(super) const FOLLOW_UP: Self = Self([10 * SECOND, 4 * HOUR, 2 * DAY, 5 * DAY, 9 * DAY, 25 * DAY]);
    /// Until somebody checks the papers of a returned offer.
    pub(super) const PAPERS: Self = Self([MINUTE, 25 * HOUR, 52 * HOUR, 4 * DAY, 6 * DAY, 12 * DAY]);
    /// Until a customer wants a running contract changed.
    pub(super) const CONTRACT: Self = Self([DAY, 20 * DAY, 45 * DAY, 70 * DAY, 100 * DAY, 120 * DAY]);

    pub(super) fn draw(&self, rng: &mut impl Rng) -> TimeDelta {
        let part = match rng.random_range(0..100) {
            0..25 => 0,
            25..50 => 1,
            50..75 => 2,
            75..95 => 3,
            _ => 4,
        };
        TimeDelta::milliseconds(rng.random_range(self.0[part]..self.0[part + 1]))
    }
}

/// One of several, as often as its weight says.
pub(super) fn pick<T: Copy>(rng: &mut impl Rng, weighted: &[(u32, T)]) -> T {
    let mut left = rng.random_range(0..weighted.iter().map(|(weight, _)| weight).sum());
    let chosen = weighted.iter().find(|(weight, _)| {
        let found = left < *weight;
        left = left.saturating_sub(*weight);
        found
    });
    chosen.expect("the draw is below the sum of the weights").1
}

/// What customers ask for: mostly round sums.
pub(super) fn amount(rng: &mut impl Rng) -> Amount {
    const ROUND: [(u32, u64); 15] = [
        (150, 5_000),
        (107, 10_000),
        (78, 15_000),
        (47, 20_000),
        (46, 25_000),
        (39, 6_000),
        (32, 8_000),
        (32, 7_500),
        (26, 50_000),
        (25, 30_000),
        (25, 3_000),
        (20, 2_500),
        (19, 2_000),
        (15, 1_000),
        (12, 40_000),
    ];
    Amount(if rng.random_ratio(2, 3) { pick(rng, &ROUND) } else { rng.random_range(10..500) * 100 })
}
