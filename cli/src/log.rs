use crate::{
    args::Log,
    failure::Failure,
    feed::Feed,
    output::{Output, escape},
    payload,
    record::{Record, tags, time},
    store::{RecordedEvent, Store},
};
use std::{io, time::Duration};

/// How long an event of another process may go unseen when the store cannot wake us.
const POLL: Duration = Duration::from_secs(1);

pub(crate) async fn run(store: Store, options: &Log, out: &mut Output) -> Result<(), Failure> {
    // Made before the first read, so that no wake-up falls between a read and the wait after it.
    let mut watch = options.follow.then(|| store.watch());
    let mut feed = Feed::open(&store, &options.filter, options.reverse).await?;
    loop {
        while let Some(events) = feed.page().await? {
            for event in &events {
                print(event, out)?;
            }
            out.flush()?;
        }
        let Some(watch) = watch.as_mut().filter(|_| !feed.is_exhausted()) else { return Ok(()) };
        tokio::select! {
            is_open = watch.changed() => if !is_open { return Ok(()) },
            () = tokio::time::sleep(POLL) => {}
        }
        feed.look_again();
    }
}

fn print(event: &RecordedEvent, out: &mut Output) -> io::Result<()> {
    if out.is_json() {
        return out.object(&Record::new(event));
    }
    let (position, time, version) = (event.position, time(event.time), event.version);
    let (stream, event_type) = (escape(event.stream.as_str()), escape(event.event_type.as_str()));
    let (payload, tags) = (payload::inline(&event.payload), tags(&event.tags));
    out.line(format_args!("{position:>9}  {time}  {stream} {version}  {event_type}{tags}  {payload}"))
}
