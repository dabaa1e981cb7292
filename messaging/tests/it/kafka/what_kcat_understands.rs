//! What is written is read by a client that this project did not write, and the other way round.

use super::place::Place;
use crate::given::soon;
use crate::mail::{listen, next, outgoing, publish};
use factum_messaging::Transport as _;
use std::{
    io::Write as _,
    process::{Command, Stdio},
};

fn kcat(place: &Place, args: &[&str]) -> Command {
    let mut command =
        Command::new(factum_services::kcat::installed().unwrap_or_else(|error| panic!("{error}")));
    let brokers = place.url.strip_prefix("kafka://").unwrap_or(&place.url);
    command.args(["-b", brokers, "-t", &place.topic]).args(args);
    command
}

#[tokio::test]
async fn is_what_is_published() {
    let place = Place::new();
    let kafka = place.connect().await;
    publish(&kafka, vec![outgoing("order.7.paid", 1)]).await;
    let mut read = kcat(&place, &["-C", "-e", "-q", "-o", "beginning", "-f", "%k|%s|%h\n"]);
    let output = soon(tokio::task::spawn_blocking(move || read.output())).await.unwrap().unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let (key_and_data, headers) = printed.trim_end().rsplit_once('|').unwrap();
    assert_eq!(key_and_data, "order.7.paid|1");
    let headers: Vec<_> = headers.split(',').collect();
    for expected in [
        "factum_topic=order.7.paid",
        "content-type=application/json",
        "ce_specversion=1.0",
        "ce_id=1",
        "ce_source=/test",
        "ce_type=test.happened",
    ] {
        assert!(headers.contains(&expected), "{expected} in {headers:?}");
    }
}

#[tokio::test]
async fn and_what_it_writes_is_read() {
    let place = Place::new();
    let kafka = place.connect().await;
    let mut feed = soon(kafka.listen(listen("reader", &["com.example.*"]).alone())).await.unwrap();
    let headers = ["ce_specversion=1.0", "ce_id=7", "ce_source=/kcat", "ce_type=com.example.paid"];
    let headers = headers.iter().flat_map(|header| ["-H", *header]);
    let args: Vec<_> = ["-P", "-k", "order-7"].into_iter().chain(headers).collect();
    let mut writing = kcat(&place, &args).stdin(Stdio::piped()).spawn().unwrap();
    writing.stdin.take().unwrap().write_all(b"by hand\n").unwrap();
    assert!(soon(tokio::task::spawn_blocking(move || writing.wait())).await.unwrap().unwrap().success());
    let message = next(&mut feed).await;
    assert_eq!((message.topic.as_str(), message.event.id.as_str()), ("com.example.paid", "7"));
    assert_eq!(message.event.data.as_deref(), Some(&b"by hand"[..]));
    message.ack().await.unwrap();
}
