use crate::{
    given::soon,
    site::{Site, secret},
};
use async_trait::async_trait;
use axum::{
    http::{StatusCode, header},
    response::Redirect,
};
use factum::Causes;
use factum_messaging::{
    CloudEvent, Transport,
    transport::{Outgoing, PublishError},
    webhook::{Circuit, Endpoint, Resolve, Webhook},
};
use std::{
    io,
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

/// Answers with one list of addresses after the other, and then with the last one.
#[derive(Clone, Debug)]
struct Names(Arc<Mutex<Vec<Vec<IpAddr>>>>);

impl Names {
    fn new(answers: &[&[&str]]) -> Self {
        let answers = answers.iter().rev().map(|list| list.iter().map(|ip| ip.parse().unwrap()).collect());
        Self(Arc::new(Mutex::new(answers.collect())))
    }
}

#[async_trait]
impl Resolve for Names {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        assert_eq!(host, "hooks.example");
        let mut answers = self.0.lock().unwrap();
        let last = answers.last().unwrap().clone();
        if answers.len() > 1 {
            answers.pop();
        }
        Ok(last)
    }
}

async fn send(webhook: &Webhook) -> Result<(), PublishError> {
    let event = CloudEvent::new("1", "/test", "order.placed").unwrap();
    let message = Outgoing::new("order.7.Placed".parse().unwrap(), "order-7", event);
    soon(webhook.publish(vec![message])).await.pop().unwrap()
}

fn named(site: &Site, names: Names) -> Endpoint {
    let url = format!("http://hooks.example:{}/in", site.address.port());
    Endpoint::new(url, secret()).unwrap().resolver(names)
}

fn unavailable(result: Result<(), PublishError>) -> String {
    match result {
        Err(error @ PublishError::Unavailable(_)) => Causes(&error).to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn not_to_a_name_of_the_inside() {
    let site = Site::taking().await;
    for address in ["127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "10.0.0.1", "169.254.169.254", "::1"]
    {
        let webhook = Webhook::new(named(&site, Names::new(&[&[address]]))).unwrap();
        let why = unavailable(send(&webhook).await);
        assert!(why.contains("the host is not on the public internet"), "{why}");
        assert!(!why.contains(address), "{why}");
        assert!(matches!(webhook.circuit(), Circuit::Closed { failures: 1, .. }));
    }
    assert!(site.calls().is_empty());
}

#[tokio::test]
async fn not_to_a_name_that_becomes_one_of_the_inside() {
    let site = Site::taking().await;
    // Whoever looked twice would check the first answer, and connect to the second.
    let names = Names::new(&[&["2001:db8::1", "192.0.2.1"], &["127.0.0.1"]]);
    let webhook = Webhook::new(named(&site, names)).unwrap();
    for _ in 0..2 {
        unavailable(send(&webhook).await);
    }
    assert!(site.calls().is_empty());
}

#[tokio::test]
async fn to_the_inside_if_it_is_allowed() {
    let site = Site::taking().await;
    let webhook = Webhook::new(named(&site, Names::new(&[&["127.0.0.1"]])).allow_private()).unwrap();
    send(&webhook).await.unwrap();
    let [call] = &site.calls()[..] else { panic!() };
    assert_eq!(call.header("host"), format!("hooks.example:{}", site.address.port()));
    assert_eq!(call.uri, "/in");
}

#[tokio::test]
async fn not_where_a_redirect_leads() {
    let inside = Site::taking().await;
    for status in [301, 302, 303, 307, 308] {
        let to = inside.url("/secret");
        let site =
            Site::open(move |_| (StatusCode::from_u16(status).unwrap(), [(header::LOCATION, to.clone())]))
                .await;
        let webhook = Webhook::new(site.endpoint()).unwrap();
        let why = unavailable(send(&webhook).await);
        assert!(why.contains(&format!("status {status}")), "{why}");
        assert_eq!(site.calls().len(), 1);
    }
    assert!(inside.calls().is_empty());
}

#[tokio::test]
async fn it_does_not_wait_for_one_who_never_answers() {
    // The kernel accepts the connection, and nobody else does.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let endpoint = Endpoint::new(url, secret()).unwrap().allow_private().timeout(Duration::from_millis(20));
    let webhook = Webhook::new(endpoint).unwrap();
    let why = unavailable(send(&webhook).await);
    assert!(why.contains("there was no answer in time"), "{why}");
    let [delivery] = &webhook.deliveries()[..] else { panic!() };
    assert_eq!((delivery.status, delivery.id.as_str()), (None, "1"));
    assert!(delivery.error.as_ref().unwrap().contains("in time"));
    assert!(delivery.duration >= Duration::from_millis(20));
}

#[tokio::test]
async fn it_does_not_read_an_answer_without_end() {
    let site = Site::open(|_| {
        let pieces = futures_util::stream::repeat_with(|| Ok::<_, io::Error>(vec![b'x'; 1 << 16]));
        axum::body::Body::from_stream(pieces)
    })
    .await;
    send(&Webhook::new(site.endpoint()).unwrap()).await.unwrap();
}

#[tokio::test]
async fn nobody_listens_by_it_and_closed_it_sends_nothing() {
    use factum_messaging::transport::Listen;
    let site = Site::open(|_| Redirect::to("/")).await;
    let webhook = Webhook::new(site.endpoint()).unwrap();
    let listen = Listen::new(factum::ConsumerName::new("me").unwrap(), []);
    let error = webhook.listen(listen).await.err().unwrap();
    assert!(!error.is_transient() && Causes(&error).to_string().contains("only sends"), "{error:?}");
    webhook.close().await;
    assert!(unavailable(send(&webhook).await).contains("closed"));
    assert!(site.calls().is_empty());
}
