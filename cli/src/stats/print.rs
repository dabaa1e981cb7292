use super::fold::Stats;
use crate::{
    output::{Output, count, escape, number},
    record::time,
};
use std::io;

pub(super) fn print(stats: &Stats, out: &mut Output) -> io::Result<()> {
    let mut row = |name: &str, value: String| out.line(format_args!("{name:<15}{value}"));
    row("events", number(stats.events))?;
    row("streams", number(stats.streams))?;
    row("head", number(stats.head.get()))?;
    if let (Some(first), Some(last)) = (stats.first_time, stats.last_time) {
        row("first time", time(first))?;
        row("last time", time(last))?;
    }
    if let Some(longest) = &stats.longest_stream {
        row(
            "longest stream",
            format!("{}, {}", escape(longest.stream.as_str()), count(longest.events, "event")),
        )?;
    }
    if let Some(busiest) = &stats.busiest_day {
        row("busiest day", format!("{} (UTC), {}", busiest.day, count(busiest.events, "event")))?;
    }
    if let Some(open) = &stats.open_at_once {
        row(
            "open at once",
            format!("at most {}, first at {}", count(open.streams, "stream"), time(open.at)),
        )?;
    }
    table(
        "category",
        stats.categories.iter().map(|c| (c.category.as_str(), c.events, Some(c.streams))),
        out,
    )?;
    table("type", stats.types.iter().map(|t| (t.event_type.as_str(), t.events, None)), out)
}

fn table<'a>(
    title: &str,
    rows: impl Iterator<Item = (&'a str, u64, Option<u64>)>,
    out: &mut Output,
) -> io::Result<()> {
    let mut rows = rows.peekable();
    if rows.peek().is_some() {
        out.line(format_args!("\n{:>12}  {title}", "events"))?;
    }
    for (name, events, streams) in rows {
        let streams = streams.map(|n| format!(" ({})", count(n, "stream"))).unwrap_or_default();
        out.line(format_args!("{:>12}  {}{streams}", number(events), escape(name)))?;
    }
    Ok(())
}
