//! A server of RabbitMQ.

use crate::{
    client::PATIENCE,
    other_process::{ROLE, say_and_wait, start, wait_until},
};
use factum_services::rabbitmq::{RabbitMq, Server, installed, is_available};
use std::{env, fs, path::Path, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// The name and the password of user `guest`, as HTTP has them.
const GUEST: &str = "Z3Vlc3Q6Z3Vlc3Q=";

/// Asks the management at `url`, and returns the body of its answer.
async fn ask(url: &str, request: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).await.unwrap();
    let head = format!(
        "{request} HTTP/1.0\r\nAuthorization: Basic {GUEST}\r\nContent-Type: application/json\r\nContent-Length: {}",
        body.len()
    );
    stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("an answer in time").unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.lines().next().unwrap().contains(" 20"), "{request}: {answer}");
    body.to_owned()
}

/// Whether a server of AMQP answers.
async fn answers(url: &str) -> bool {
    let asked = async {
        let mut stream = TcpStream::connect(place(url)).await.ok()?;
        stream.write_all(b"AMQP\0\0\x09\x01").await.ok()?;
        stream.read_u8().await.ok()
    };
    timeout(PATIENCE, asked).await.ok().flatten() == Some(1)
}

fn place(url: &str) -> &str {
    let (_, place) = url.split_once('@').unwrap();
    place.split('/').next().unwrap()
}

/// The command lines of all processes in whose environment a word is. Known on Linux alone.
fn processes_with(word: &str) -> Vec<String> {
    let all = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let read = |path| String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned();
    let with = all.filter(|entry| read(entry.path().join("environ")).contains(word));
    let lines = with.map(|entry| read(entry.path().join("cmdline")).replace('\0', " "));
    // What stops a server may sleep on for a moment.
    lines.filter(|line| !line.is_empty() && !line.starts_with("sleep")).collect()
}

#[test]
fn it_is_installed() {
    assert!(is_available());
    let program = installed().unwrap();
    assert!(program.ends_with("rabbitmq-server"));
    let debians = Path::new("/usr/lib/rabbitmq/bin/rabbitmq-server");
    if debians.exists() && env::var_os("FACTUM_RABBITMQ_BIN").is_none() {
        assert_eq!(program, debians);
    }
}

#[tokio::test]
async fn a_server_is_found_and_stays_the_same() {
    let found = tokio::spawn(Server::find()).await.unwrap().unwrap();
    assert_eq!(Server::find().await.unwrap().url(), found.url());
    if env::var_os("FACTUM_RABBITMQ_URL").is_none() {
        assert!(answers(&found.url()).await);
    }
}

#[tokio::test]
async fn what_was_acknowledged_is_kept_when_it_is_killed() {
    let own = RabbitMq::builder().set("collect_statistics_interval", 5_500).start().await.unwrap();
    let (url, management) = (own.url(), own.management_url());
    let node = ask(&management, "GET /api/overview", "").await;
    let node = node.split("\"node\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let quorum = r#"{"durable":true,"arguments":{"x-queue-type":"quorum"}}"#;
    ask(&management, "PUT /api/queues/%2F/kept", quorum).await;
    own.wait_until_kept("kept").await.unwrap();
    let letter = r#"{"properties":{"delivery_mode":2},"routing_key":"kept","payload":"a letter","payload_encoding":"string"}"#;
    let routed = ask(&management, "POST /api/exchanges/%2F/amq.default/publish", letter).await;
    // Which it says once the queue has confirmed it.
    assert!(routed.contains("\"routed\":true"), "{routed}");

    if cfg!(target_os = "linux") {
        // Not only the virtual machine.
        assert!(processes_with(&node).len() > 3);
    }
    own.kill().await.unwrap();
    assert!(!answers(&url).await);
    assert_eq!(processes_with(&node), [""; 0]);

    own.start().await.unwrap();
    // It runs already.
    own.start().await.unwrap();
    assert_eq!((own.url(), own.management_url()), (url.clone(), management.clone()));
    assert!(answers(&url).await);
    assert!(ask(&management, "GET /api/overview", "").await.contains(&node));
    let one = r#"{"count":2,"ackmode":"ack_requeue_false","encoding":"auto"}"#;
    let kept = ask(&management, "POST /api/queues/%2F/kept/get", one).await;
    assert!(kept.contains("a letter"), "{kept}");

    let mut connection = TcpStream::connect(place(&url)).await.unwrap();
    own.pause().unwrap();
    connection.write_all(b"AMQP\0\0\x09\x01").await.unwrap();
    timeout(Duration::from_millis(200), connection.read_u8()).await.expect_err("it pauses");
    own.resume().unwrap();
    assert_eq!(timeout(PATIENCE, connection.read_u8()).await.unwrap().unwrap(), 1);

    own.pause().unwrap();
    drop(own);
    assert!(!answers(&url).await);
    assert_eq!(processes_with(&node), [""; 0]);
}

#[tokio::test]
async fn a_setting_that_is_refused_is_named() {
    let refused = RabbitMq::builder().set("heartbeat", "seldom").start().await.unwrap_err().to_string();
    assert!(refused.contains("heartbeat") && refused.lines().count() == 1, "{refused}");
}

#[tokio::test]
async fn it_is_gone_when_its_process_is_killed() {
    if env::var_os(ROLE).is_some() {
        let own = RabbitMq::builder().start().await.unwrap();
        return say_and_wait(&own.url());
    }
    let (mut child, url) = start("rabbitmq::it_is_gone_when_its_process_is_killed", "");
    assert!(answers(&url).await);
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until(&format!("{url} has ended"), async || TcpStream::connect(place(&url)).await.is_err()).await;
}
