use super::{Lifetime, Lifetimes};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use factum::prelude::*;

/// How many applications are open at once, and how did that change?
#[derive(Debug)]
pub struct GetOpen;

/// The answer to [`GetOpen`]. An application is open from its first event to its last, both included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// The most at once.
    pub most: u64,
    /// Since when there were so many, the first time.
    pub most_at: DateTime<Utc>,
    /// How many at noon (UTC), day by day.
    pub at_noon: Vec<(NaiveDate, u64)>,
}

impl ReadQuery for GetOpen {
    type Model = Documents<Lifetimes>;
    type Answer = Open;

    async fn answer(self, lifetimes: &Documents<Lifetimes>) -> Result<Open, AskError> {
        let all = lifetimes.all().await?;
        Ok(Open::of(all.into_iter().map(|(_, lifetime)| lifetime)))
    }
}

impl Open {
    fn of(lifetimes: impl Iterator<Item = Lifetime>) -> Self {
        let (mut firsts, mut lasts): (Vec<_>, Vec<_>) = lifetimes.map(|life| (life.first, life.last)).unzip();
        firsts.sort_unstable();
        lasts.sort_unstable();

        let begun = |moment| firsts.partition_point(|first| *first <= moment);
        let ended_before = |moment| lasts.partition_point(|last| *last < moment);
        let open_at = |moment| (begun(moment) - ended_before(moment)) as u64;

        // It only ever rises when one begins.
        let mut open = Self::default();
        for first in &firsts {
            let now = open_at(*first);
            if now > open.most {
                (open.most, open.most_at) = (now, *first);
            }
        }
        if let (Some(first), Some(last)) = (firsts.first(), lasts.last()) {
            let noons = first.date_naive().iter_days().take_while(|day| *day <= last.date_naive());
            open.at_noon = noons.map(|day| (day, open_at(noon(day)))).collect();
        }
        open
    }
}

fn noon(day: NaiveDate) -> DateTime<Utc> {
    (day.and_time(NaiveTime::MIN) + chrono::TimeDelta::hours(12)).and_utc()
}
