use super::{
    Report,
    chart::{bar, columns, condensed},
    number::{Percent, Rough, Seconds, Thousands},
};
use crate::read::Total;
use chrono::TimeDelta;
use std::fmt;

const WIDTH: usize = 80;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.head(f)?;
        self.outcomes(f)?;
        self.throughput(f)?;
        self.open(f)?;
        self.workload(f)
    }
}

impl Report {
    fn head(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (applications, events) = (self.outcomes.all.applications, self.calendar.events());
        writeln!(f, "{} applications, {} events", Thousands(applications), Thousands(events))?;
        if let (Some((first, _)), Some((last, _))) = (self.calendar.days.first(), self.calendar.days.last()) {
            writeln!(f, "{} to {}", first.format("%-d %B %Y"), last.format("%-d %B %Y"))?;
        }
        Ok(())
    }

    fn outcomes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let totals = &self.outcomes;
        title(f, "Outcomes")?;
        writeln!(
            f,
            "{:<12}{:>12}{:>9}{:>20}{:>18}",
            "", "applications", "", "requested, EUR", "on average, EUR"
        )?;
        for (name, total) in [
            ("approved", totals.approved),
            ("declined", totals.declined),
            ("cancelled", totals.cancelled),
            ("undecided", totals.undecided),
            ("all", totals.all),
        ] {
            let Total { applications, amount } = total;
            writeln!(
                f,
                "{name:<12}{:>12}{:>9}{:>20}{:>18}",
                Thousands(applications),
                Percent(applications, totals.all.applications),
                Thousands(amount.0),
                Thousands(amount.0.checked_div(applications).unwrap_or_default()),
            )?;
        }
        match totals.contradictory {
            0 => writeln!(f, "No application has two outcomes."),
            several => writeln!(f, "Applications with two outcomes: {}.", Thousands(several)),
        }
    }

    fn throughput(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = &self.throughput;
        title(f, "From the first event to the last")?;
        let most = times.buckets.iter().map(|bucket| bucket.applications).max().unwrap_or_default();
        let mut from = TimeDelta::zero();
        for bucket in &times.buckets {
            let label = match bucket.below {
                Some(below) => format!("under {}", span(below)),
                None => format!("{} and more", span(from)),
            };
            from = bucket.below.unwrap_or(from);
            let count = Thousands(bucket.applications);
            writeln!(f, "{label:<20}{count:>8}  {}", bar(bucket.applications, most, WIDTH - 30))?;
        }
        writeln!(f)?;
        for (name, time) in [
            ("shortest", times.shortest),
            ("median", times.median),
            ("longest", times.longest),
            ("all together", times.total),
        ] {
            writeln!(f, "{name:<12}{:>24}{:>18}", Seconds(time), Rough(time))?;
        }
        Ok(())
    }

    fn open(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LABEL: usize = 8;
        let open = &self.open;
        title(f, "Open applications, at noon")?;
        let at_noon: Vec<u64> = open.at_noon.iter().map(|(_, count)| *count).collect();
        let (values, run) = condensed(&at_noon, WIDTH - LABEL);
        let most = values.iter().copied().max().unwrap_or_default();
        for (index, line) in columns(&values, most, 7).into_iter().enumerate() {
            let label = if index == 0 { Thousands(most).to_string() } else { String::new() };
            writeln!(f, "{label:>6} ▕{}", line.trim_end())?;
        }
        let mut months = String::new();
        for (column, chunk) in open.at_noon.chunks(run).enumerate() {
            let first = chunk.iter().find(|(day, _)| day.format("%-d").to_string() == "1");
            if let Some((day, _)) = first.filter(|_| months.chars().count() <= column) {
                months.push_str(&" ".repeat(column - months.chars().count()));
                months.push_str(&day.format("%b ").to_string());
            }
        }
        writeln!(f, "{:LABEL$}{}", "", months.trim_end())?;
        writeln!(
            f,
            "At most {} were open at once, on {}.",
            Thousands(open.most),
            open.most_at.format("%-d %B %Y at %H:%M UTC")
        )
    }

    fn workload(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const TOP: usize = 5;
        let share = &self.workload;
        title(f, "Work")?;
        writeln!(
            f,
            "{:<20}{:>12}{:>12}{:>12}{:>12}",
            "resource", "scheduled", "started", "completed", "events"
        )?;
        let top = share.resources.iter().take(TOP).map(|(name, work)| (name.clone(), *work));
        let others = format!("{} others", share.resources.len().saturating_sub(TOP));
        let rest = share.resources.iter().skip(TOP).map(|(_, work)| *work).sum();
        for (name, work) in
            top.chain([(others, rest), ("nobody".to_owned(), share.nobody), ("all".to_owned(), share.all)])
        {
            writeln!(
                f,
                "{name:<20}{:>12}{:>12}{:>12}{:>12}",
                Thousands(work.scheduled),
                Thousands(work.started),
                Thousands(work.completed),
                Thousands(work.events()),
            )?;
        }
        if let Some((date, day)) = self.calendar.busiest() {
            writeln!(
                f,
                "The busiest day was {} with {} events.",
                date.format("%-d %B %Y"),
                Thousands(day.events)
            )?;
        }
        Ok(())
    }
}

fn title(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    writeln!(f, "\n{text}\n{}", "─".repeat(WIDTH))
}

/// A round time in words.
fn span(time: TimeDelta) -> String {
    let (number, unit) = match (time.num_weeks(), time.num_days(), time.num_hours()) {
        (0, 0, 0) => (time.num_minutes(), "minute"),
        (0, 0, hours) => (hours, "hour"),
        (0, days, _) => (days, "day"),
        (weeks, ..) => (weeks, "week"),
    };
    match number {
        1 => format!("1 {unit}"),
        _ => format!("{number} {unit}s"),
    }
}
