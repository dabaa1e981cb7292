use super::{
    find,
    object::{Object, error, name},
    wait,
};
use crate::{
    args::{Retry, Skip},
    failure::Failure,
    output::{Output, count, escape},
    store::{ConsumerName, ListParked, Parked, Request, StoreUrl, WholeStore},
};
use serde_json::json;

pub(super) async fn retry(url: &StoreUrl, options: &Retry, out: &mut Output) -> Result<(), Failure> {
    let lane = options.lane()?;
    let store = url.open_whole().await?;
    let of = match &lane {
        Some(lane) => Some(find::parked_in(&store, &options.consumer, lane).await?.0),
        None => find::parked(&store, &options.consumer).await?,
    };
    let Some(of) = of else {
        let nothing = format!("nothing of {} is in quarantine", escape(options.consumer.as_str()));
        return Ok(out.conclude(&asked(&options.consumer, Request::Retry, 0), nothing)?);
    };
    // Looked at before it is asked for: what a lane has come to since then is an answer.
    let heads = if options.wait.seconds.is_some() { find::heads(&store, &of).await? } else { Vec::new() };
    let lanes = store.request(&of.consumer, of.log, of.lane.as_ref(), None, Request::Retry).await?;
    conclude(&store, &of, lanes, heads, Request::Retry, options.wait.seconds, out).await
}

pub(super) async fn skip(url: &StoreUrl, options: &Skip, out: &mut Output) -> Result<(), Failure> {
    let lane = options.lane()?;
    let store = url.open_whole().await?;
    let (of, head) = find::parked_in(&store, &options.consumer, &lane).await?;
    if out.is_json() {
        out.object(&json!({ "leaves_out": Object::new(&head) }))?;
    } else {
        let (stream, event_type) = (escape(head.stream.as_str()), escape(head.event_type.as_str()));
        let why = error(&head).unwrap_or("it has not been tried");
        out.line(format_args!(
            "leaves out for good position {}, {stream} {event_type}: {}",
            head.position,
            escape(why)
        ))?;
    }
    if !options.yes {
        return Err(Failure::new("nothing was done: it is left out with --yes"));
    }
    // Only this event: it may have been applied meanwhile, and another one is the first.
    let first = Some(head.position);
    let lanes = store.request(&of.consumer, of.log, Some(&lane), first, Request::Skip).await?;
    if lanes == 0 {
        return Err(Failure::new("nothing was done: it is not the first event of its lane any more"));
    }
    conclude(&store, &of, lanes, vec![head], Request::Skip, options.wait.seconds, out).await
}

async fn conclude(
    store: &WholeStore,
    of: &ListParked,
    lanes: u64,
    heads: Vec<Parked>,
    request: Request,
    wait: Option<u32>,
    out: &mut Output,
) -> Result<(), Failure> {
    let what = match request {
        Request::Skip => "to go on without its first event",
        _ => "to be tried again",
    };
    let line = format!(
        "asked for {} of {} {what}; the application does it, within a second if it runs",
        count(lanes, "lane"),
        escape(of.consumer.as_str())
    );
    out.conclude(&asked(&of.consumer, request, lanes), line)?;
    match wait {
        Some(seconds) => wait::run(store, of, request, heads, seconds, out).await,
        None => Ok(()),
    }
}

fn asked(consumer: &ConsumerName, request: Request, lanes: u64) -> serde_json::Value {
    json!({ "asked": { "consumer": consumer, "request": name(request), "lanes": lanes } })
}
