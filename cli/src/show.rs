use crate::{
    args::Show,
    failure::Failure,
    output::{Output, escape, number},
    payload,
    record::{Record, tags, time},
    store::{Category, ListStreams, ReadStream, RecordedEvent, Store, StoreError, StreamId},
};
use std::io;

pub(crate) async fn run(store: Store, options: &Show, out: &mut Output) -> Result<(), Failure> {
    let mut next = Some(ReadStream::new(options.stream.clone()));
    let mut is_empty = true;
    while let Some(request) = next {
        let page = store.read_stream(request.clone()).await?;
        is_empty &= page.events.is_empty();
        for event in &page.events {
            print(event, out)?;
        }
        next = request.following(&page);
    }
    match is_empty {
        true => Err(nothing(&options.stream, &similar(&store, &options.stream).await?)),
        false => Ok(()),
    }
}

/// An event of a stream that is known already.
pub(crate) fn print(event: &RecordedEvent, out: &mut Output) -> io::Result<()> {
    if out.is_json() {
        return out.object(&Record::new(event));
    }
    let (version, position, time) = (event.version, number(event.position.get()), time(event.time));
    let (event_type, tags) = (escape(event.event_type.as_str()), tags(&event.tags));
    out.line(match out.is_terminal() {
        true => {
            let payload = payload::pretty(&event.payload, 8);
            format!("{version:>6}  {event_type}{tags}\n        {time}, position {position}\n{payload}")
        }
        false => {
            let payload = payload::inline(&event.payload);
            format!("{version:>6}  {position:>9}  {time}  {event_type}{tags}  {payload}")
        }
    })
}

/// Streams whose names go on where `stream` ends, then those that differ in its last character: a key that was typed
/// in part, or with a wrong end. Costs two reads of a few rows.
async fn similar(store: &Store, stream: &StreamId) -> Result<Vec<StreamId>, StoreError> {
    const SHOWN: usize = 5;
    let Ok(category) = Category::new(stream.category()) else { return Ok(Vec::new()) };
    let mut similar = Vec::new();
    let mut shorter = stream.as_str().chars();
    shorter.next_back();
    for prefix in [stream.as_str(), shorter.as_str()] {
        let mut request = ListStreams::of(category.clone()).limit(SHOWN);
        if let Ok(start) = prefix.parse() {
            request = request.after(start);
        }
        for found in store.streams(request).await? {
            if found.stream.as_str().starts_with(prefix) && !similar.contains(&found.stream) {
                similar.push(found.stream);
            }
        }
    }
    similar.truncate(SHOWN);
    Ok(similar)
}

fn nothing(stream: &StreamId, similar: &[StreamId]) -> Failure {
    let names: Vec<_> = similar.iter().map(StreamId::as_str).collect();
    Failure::new(match names.as_slice() {
        [] => format!("stream {stream} has no events; \"factum streams\" lists those that have"),
        names => format!("stream {stream} has no events; there are {}", names.join(", ")),
    })
}
