/// What is normal for a clerk: how long a piece of work took on a usual day, and how much that differs from day to day.
///
/// Both are medians, and not mean and standard deviation. Times between beginning and end of work are skewed (half are
/// under three minutes, and some were left open over a weekend), and one such value moves a mean, and still more a standard
/// deviation, so far that it hides itself and the next ones. A median takes no notice of what less than half of the days
/// do. That also keeps the days that were found out of the way of those that follow, and still lets what has changed for
/// good become normal.
///
/// How far a day is off is the modified z-score of Iglewicz and Hoaglin (*How to Detect and Handle Outliers*, ASQC 1993),
/// who also propose the limit of 3.5: with `MAD` for the median of the distances from the median, a day's distance
/// times 0.6745, divided by `MAD`. For normally distributed values that is the number of standard deviations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Normal {
    /// Half of the days took no longer, in microseconds.
    pub median: u64,
    /// Half of the days were no farther from the median than this, in microseconds.
    pub deviation: u64,
}

/// A day with fewer pieces of work says little.
pub(super) const LEAST_CASES: usize = 10;
/// Fewer days before it do not say what is normal.
const LEAST_DAYS: usize = 10;
/// What was longer ago does not say what is normal now.
const MOST_DAYS: usize = 30;
/// Somebody who is more regular than this is not reported for a breath: the least deviation, as a part of the median.
const LEAST_DEVIATION: u64 = 10;

impl Normal {
    /// What the days before say, the last one last; `None` if they are too few to say anything.
    #[must_use]
    pub fn of(days: &[u64]) -> Option<Self> {
        if days.len() < LEAST_DAYS {
            return None;
        }
        let days = &days[days.len().saturating_sub(MOST_DAYS)..];
        let median_day = median(days.to_vec());
        let deviation = median(days.iter().map(|day| day.abs_diff(median_day)).collect());
        let least = (median_day / LEAST_DEVIATION).max(1);
        Some(Self { median: median_day, deviation: deviation.max(least) })
    }

    /// From where to where it is normal, both included, in microseconds: the score is 3.5 at most.
    #[must_use]
    pub fn range(&self) -> (u64, u64) {
        let most = u128::from(self.deviation) * 35_000 / 6_745;
        let most = most.try_into().unwrap_or(u64::MAX);
        (self.median.saturating_sub(most), self.median.saturating_add(most))
    }

    /// Whether so many microseconds are normal.
    #[must_use]
    pub fn contains(&self, day: u64) -> bool {
        let (least, most) = self.range();
        least <= day && day <= most
    }

    /// How far it is off, in about the number of standard deviations; below zero where it is less than the median.
    #[must_use]
    pub fn score(&self, day: u64) -> f64 {
        0.6745 * (day as f64 - self.median as f64) / self.deviation as f64
    }
}

/// Half of the values are no greater: of an even number, the lower one of the two in the middle. Zero of none.
#[must_use]
pub fn median(mut values: Vec<u64>) -> u64 {
    match values.len().checked_sub(1) {
        Some(last) => *values.select_nth_unstable(last / 2).1,
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_the_lower_one() {
        assert_eq!(
            [vec![], vec![7], vec![9, 1], vec![5, 1, 9], vec![4, 3, 2, 1]].map(median),
            [0, 7, 1, 5, 2]
        );
    }

    #[test]
    fn few_days_say_nothing() {
        assert_eq!(Normal::of(&[100; LEAST_DAYS - 1]), None);
        assert_eq!(Normal::of(&[100; LEAST_DAYS]), Some(Normal { median: 100, deviation: 10 }));
        assert_eq!(Normal::of(&[0; LEAST_DAYS]), Some(Normal { median: 0, deviation: 1 }));
    }

    #[test]
    fn a_few_wild_days_change_nothing() {
        let usual = [80, 120, 90, 110, 100, 85, 115, 95, 105, 100];
        let wild = [usual.as_slice(), &[1_000_000, 2_000_000]].concat();
        let (usual, wild) = (Normal::of(&usual).unwrap(), Normal::of(&wild).unwrap());
        assert_eq!((usual.median, wild.median), (100, 100));
        assert_eq!((usual.deviation, wild.deviation), (10, 10));
    }

    #[test]
    fn what_has_changed_for_good_becomes_normal() {
        let days = [[100; MOST_DAYS], [500; MOST_DAYS]].concat();
        assert_eq!(Normal::of(&days).map(|normal| normal.median), Some(500));
    }

    #[test]
    fn the_range_ends_where_the_score_is_three_and_a_half() {
        let normal = Normal { median: 1_000_000, deviation: 100_000 };
        let (least, most) = normal.range();
        assert!(normal.contains(least) && normal.contains(most));
        assert!(!normal.contains(least - 1) && !normal.contains(most + 1));
        assert!((normal.score(most) - 3.5).abs() < 0.001 && (normal.score(least) + 3.5).abs() < 0.001);
        assert_eq!(Normal { median: 10, deviation: u64::MAX }.range(), (0, u64::MAX));
    }
}
