use super::{
    find::{self, Pages},
    object::{Object, attempts, error, name},
};
use crate::{
    args::List,
    failure::Failure,
    output::{Output, count, escape, number},
    record::time,
    store::{ListParked, LogId, Parked, StoreUrl},
};
use serde::Serialize;
use std::io;

/// A lane in quarantine.
#[derive(Serialize)]
struct Held<'a> {
    #[serde(flatten)]
    head: Object<'a>,
    /// How many wait, with the first.
    events: u64,
}

pub(super) async fn run(url: &StoreUrl, options: &List, out: &mut Output) -> Result<(), Failure> {
    let store = url.open_whole().await?;
    let places = match &options.consumer {
        Some(consumer) => {
            find::logs(&store, consumer).await?.into_iter().map(|log| (consumer.clone(), log)).collect()
        }
        None => store.quarantines().await?,
    };
    for (consumer, log) in places {
        let mut pages = Pages::new(&store, ListParked::new(consumer, log));
        let mut lane: Option<(Parked, u64)> = None;
        while let Some(page) = pages.next().await? {
            for parked in page {
                match &mut lane {
                    Some((head, events)) if head.lane == parked.lane => *events += 1,
                    _ => {
                        if let Some((head, events)) = lane.replace((parked, 1)) {
                            print(&head, events, store.log_id(), out)?;
                        }
                    }
                }
            }
        }
        if let Some((head, events)) = lane {
            print(&head, events, store.log_id(), out)?;
        }
    }
    Ok(())
}

fn print(head: &Parked, events: u64, own: LogId, out: &mut Output) -> io::Result<()> {
    if out.is_json() {
        return out.object(&Held { head: Object::new(head), events });
    }
    let (consumer, lane) = (head.key.consumer.as_str(), head.lane.to_string());
    let (position, since) = (number(head.position.get()), time(head.parked_at));
    let (events, attempts) = (count(events, "event"), count(attempts(head).into(), "attempt"));
    let mut line = format!(
        "{}  {}  {events} from {position}  {attempts}  since {since}",
        escape(consumer),
        escape(&lane)
    );
    if head.key.log != own {
        line += &format!("  of log {}", head.key.log);
    }
    if let Some(request) = head.request {
        line += &format!("  {} requested", name(request.request));
    }
    match error(head) {
        Some(error) => out.line_with_end(&(line + "  "), &escape(error).to_string()),
        None => out.line(line),
    }
}
