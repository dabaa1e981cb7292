//! The promises of [`RequestReply`], and those of [`remote`](factum_messaging::remote) that rest on them.
//!
//! The [`Fixture`] makes a place on a broker that nobody else uses, as for [`transports`](mod@super::transports).

mod account;
pub mod answer;
pub mod command;
pub mod end;
mod list;
pub mod nobody;
pub mod share;

use super::{Case, Fixture, case::Listed, macros::list};
use factum_core::{Topic, TopicPattern};
use factum_messaging::{
    CloudEvent,
    remote::{Request, RequestError, RequestReply, Requests, Serve},
};
use std::{future::Future, time::Duration};
use tokio::time::{sleep, timeout};

/// All cases, the simple ones first.
#[must_use]
pub fn cases<F: Fixture<Store: RequestReply>>() -> Vec<Case> {
    Case::all(listed::<F>(), || Box::pin(F::make()))
}

fn listed<F: Fixture<Store: RequestReply>>() -> Vec<Listed<F>> {
    crate::__conformance_requests_cases!([list])
}

/// How long something may take that has to come.
const SOON: Duration = Duration::from_secs(15);
/// How long somebody waits who hears soon that nobody serves, or asks again.
const BRIEF: Duration = Duration::from_millis(500);
/// How long it is waited for what must not come.
const NEVER: Duration = Duration::from_millis(300);

async fn soon<T>(answer: impl Future<Output = T>) -> T {
    timeout(SOON, answer).await.expect("nothing came in 15 seconds")
}

/// Asks again and again until it is so.
async fn until<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    let asked = async {
        while !is_so().await {
            sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(timeout(SOON, asked).await.is_ok(), "{what}: not in 15 seconds");
}

fn topic(text: &str) -> Topic {
    text.parse().expect("the suite uses valid topics")
}

fn to(service: &str, patterns: &[&str]) -> Serve {
    let patterns: Vec<TopicPattern> =
        patterns.iter().map(|text| text.parse().expect("the suite uses valid patterns")).collect();
    Serve::new(service.parse().expect("the suite uses valid names"), patterns)
}

async fn serve(transport: &impl RequestReply, serve: Serve) -> Box<dyn Requests> {
    match soon(transport.serve(serve)).await {
        Ok(requests) => requests,
        Err(error) => panic!("the transport cannot serve: {error} ({error:?})"),
    }
}

/// The service `sums`, as the other cases ask it.
async fn sums(transport: &impl RequestReply) -> Box<dyn Requests> {
    serve(transport, to("sums", &["sums.*"])).await
}

/// A request or a reply with a number.
fn numbered(number: u64) -> CloudEvent {
    let event = CloudEvent::new(format!("n-{number}"), "/suite", "suite.numbered");
    let event = event.and_then(|event| event.with_content_type("application/json"));
    event.expect("the suite makes valid events").with_data(number.to_string())
}

fn number_of(event: &CloudEvent) -> u64 {
    let data = event.data.as_deref().unwrap_or_default();
    std::str::from_utf8(data)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("no number in {event:?}"))
}

/// The answer, which has to come.
async fn answer_to(transport: &impl RequestReply, topic: Topic, request: CloudEvent) -> CloudEvent {
    let reply = transport.request(topic, request, SOON).await;
    reply.unwrap_or_else(|error| panic!("there was no reply: {error} ({error:?})"))
}

/// Asks with a number, and gets one.
async fn ask(transport: &impl RequestReply, number: u64) -> u64 {
    number_of(&answer_to(transport, topic("sums.add"), numbered(number)).await)
}

/// Whether whoever asks hears that nobody serves it.
async fn is_served_by_nobody(transport: &impl RequestReply, asked: &str, patience: Duration) -> bool {
    let reply = soon(transport.request(topic(asked), numbered(1), patience)).await;
    matches!(&reply, Err(RequestError::NobodyServes(said)) if *said == topic(asked))
}

/// The next request, which has to come.
async fn next(requests: &mut Box<dyn Requests>) -> Request {
    match soon(requests.next()).await {
        Some(Ok(request)) => request,
        Some(Err(error)) => panic!("serving has failed: {error} ({error:?})"),
        None => panic!("serving has ended"),
    }
}

/// Answers with the number and a thousand more.
async fn answer(request: &Request) {
    let number = number_of(&request.event) + 1_000;
    if let Err(error) = soon(request.reply(numbered(number))).await {
        panic!("a reply was not sent: {error} ({error:?})");
    }
}

/// Answers everything, until it is dropped.
async fn answer_all(mut requests: Box<dyn Requests>) {
    loop {
        match requests.next().await {
            Some(Ok(request)) => answer(&request).await,
            Some(Err(error)) => panic!("serving has failed: {error} ({error:?})"),
            None => return,
        }
    }
}

/// Nothing more comes. What a request would have to be later than is not known, so this takes a while.
async fn is_silent(requests: &mut Box<dyn Requests>) {
    if let Ok(request) = timeout(NEVER, requests.next()).await {
        panic!("nothing more was to come: {request:?}");
    }
}
