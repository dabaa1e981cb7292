use super::Lifetimes;
use chrono::TimeDelta;
use factum::prelude::*;

/// How long do applications take?
#[derive(Debug)]
pub struct GetThroughput;

/// The answer to [`GetThroughput`]: times from an application's first event to its last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throughput {
    /// The quickest.
    pub shortest: TimeDelta,
    /// Half are quicker.
    pub median: TimeDelta,
    /// The slowest.
    pub longest: TimeDelta,
    /// All times added up.
    pub total: TimeDelta,
    /// How many took how long.
    pub buckets: Vec<Bucket>,
}

/// The applications that took less than a time, but not less than that of the bucket before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Less than this; the last bucket has no limit.
    pub below: Option<TimeDelta>,
    /// How many.
    pub applications: u64,
}

const LIMITS: [TimeDelta; 9] = [
    TimeDelta::minutes(1),
    TimeDelta::hours(1),
    TimeDelta::days(1),
    TimeDelta::days(3),
    TimeDelta::weeks(1),
    TimeDelta::weeks(2),
    TimeDelta::weeks(4),
    TimeDelta::weeks(6),
    TimeDelta::weeks(8),
];

impl ReadQuery for GetThroughput {
    type Model = Documents<Lifetimes>;
    type Answer = Throughput;

    async fn answer(self, lifetimes: &Documents<Lifetimes>) -> Result<Throughput, AskError> {
        let all = lifetimes.all().await?;
        Ok(Throughput::of(all.iter().map(|(_, lifetime)| lifetime.duration()).collect()))
    }
}

impl Throughput {
    fn of(mut times: Vec<TimeDelta>) -> Self {
        times.sort_unstable();
        let at = |index: usize| times.get(index).copied().unwrap_or_default();
        let mut counted = 0;
        let mut bucket = |below: Option<TimeDelta>| {
            let upto = below.map_or(times.len(), |below| times.partition_point(|time| *time < below));
            let applications = upto - std::mem::replace(&mut counted, upto);
            Bucket { below, applications: applications as u64 }
        };
        Self {
            buckets: LIMITS.into_iter().map(Some).chain([None]).map(&mut bucket).collect(),
            shortest: at(0),
            median: at(times.len() / 2),
            longest: at(times.len().saturating_sub(1)),
            total: times.iter().sum(),
        }
    }
}
