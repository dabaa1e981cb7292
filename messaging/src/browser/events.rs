//! Server-sent events.

use super::{
    LiveLog, Refusal,
    asked::Asked,
    feed::{Feed, Next},
};
use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response, Sse, sse::Event},
};
use factum_core::Position;
use futures_util::stream::{StreamExt as _, once, unfold};
use std::{convert::Infallible, future::ready, sync::Arc};

pub(super) async fn stream(State(log): State<LiveLog>, request: Request) -> Result<Response, Refusal> {
    let (parts, _) = request.into_parts();
    let asked = Asked::by(&parts.uri, &parts.headers)?;
    let feed = log.feed(asked, Arc::new(parts)).await?;
    // Whoever loses the connection before there was an event goes on from here too.
    let beginning = once(ready(Ok::<_, Infallible>(nothing(feed.reached()))));
    let events =
        beginning.chain(unfold(feed, |mut feed| async move { Some((Ok(next(&mut feed).await?), feed)) }));
    // Proxies that keep answers until they are complete would keep this one for ever.
    Ok(([("x-accel-buffering", "no")], Sse::new(events)).into_response())
}

async fn next(feed: &mut Feed) -> Option<Event> {
    match feed.next().await {
        Next::Event(seen) => {
            let mut json = Vec::from(seen.event.to_json());
            // Data is as its writer has spelled it. Between the values of JSON these are white space, and within them there are
            // none.
            json.iter_mut().filter(|byte| matches!(byte, b'\r' | b'\n')).for_each(|byte| *byte = b' ');
            let json = String::from_utf8(json).expect("JSON is UTF-8");
            Some(Event::default().id(seen.position.to_string()).data(json))
        }
        Next::Nothing(reached) => Some(nothing(reached)),
        Next::End => None,
    }
}

/// A comment that keeps the connection open. The id moves the place from which the browser goes on; without data, it tells the page
/// nothing (HTML standard, section "Interpreting an event stream").
fn nothing(reached: Position) -> Event {
    Event::default().id(reached.to_string()).comment("nothing new")
}
