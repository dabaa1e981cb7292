use super::{
    find::{self, Pages},
    object::{Object, attempts, error, name},
};
use crate::{
    args::ShowLane,
    failure::Failure,
    output::{Output, count, escape, number},
    record::{Record, time},
    show,
    store::{Parked, Query, ReadLog, RecordedEvent, StoreError, StoreUrl, WholeStore},
};
use serde::Serialize;
use std::io;

/// A parked event; the first of its lane as it is in the log.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    parked: Object<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<Record<'a>>,
}

pub(super) async fn run(url: &StoreUrl, options: &ShowLane, out: &mut Output) -> Result<(), Failure> {
    let lane = options.lane()?;
    let store = url.open_whole().await?;
    let (of, head) = find::parked_in(&store, &options.consumer, &lane).await?;
    let event = event(&store, &head).await?;
    let mut pages = Pages::new(&store, of);
    while let Some(page) = pages.next().await? {
        for parked in &page {
            let event = event.as_ref().filter(|event| event.position == parked.position);
            match out.is_json() {
                true => out.object(&Shown { parked: Object::new(parked), event: event.map(Record::new) })?,
                false => print(parked, event, out)?,
            }
        }
    }
    if event.is_none() && !out.is_json() {
        out.line(format_args!("the events are in log {}, which is not that of this store", head.key.log))?;
    }
    Ok(())
}

/// What is parked, if it is of the log of this store.
async fn event(store: &WholeStore, parked: &Parked) -> Result<Option<RecordedEvent>, StoreError> {
    if parked.key.log != store.log_id() {
        return Ok(None);
    }
    let request = ReadLog::new(Query::all()).after(parked.position.previous()).limit(1);
    let found = store.read_log(request).await?.events.pop();
    match found.filter(|event| event.position == parked.position) {
        Some(event) => Ok(Some(event)),
        None => {
            let doing = format!("reading event {}", parked.position);
            Err(StoreError::corrupt(doing, "it is not in the log any more"))
        }
    }
}

fn print(parked: &Parked, event: Option<&RecordedEvent>, out: &mut Output) -> io::Result<()> {
    let (position, since) = (number(parked.position.get()), time(parked.parked_at));
    let (stream, event_type) = (escape(parked.stream.as_str()), escape(parked.event_type.as_str()));
    let mut line = format!("{position:>9}  {stream}  {event_type}  since {since}");
    if parked.failure.is_some() {
        line += &format!("  {}", count(attempts(parked).into(), "attempt"));
    }
    if let Some(request) = parked.request {
        line += &format!("  {} requested", name(request.request));
    }
    out.line(line)?;
    for line in error(parked).unwrap_or_default().lines() {
        out.line(format_args!("           {}", escape(line)))?;
    }
    event.map_or(Ok(()), |event| show::print(event, out))
}
