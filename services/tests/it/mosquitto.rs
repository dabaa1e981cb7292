//! A broker of MQTT.

use crate::{
    client::PATIENCE,
    other_process::{ROLE, say_and_wait, start, wait_until},
};
use factum_services::mosquitto::{Mosquitto, Server, installed, is_available};
use std::{env, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// As much of a client as these tests need.
struct Client(TcpStream);

impl Client {
    /// Nothing if no broker answers.
    async fn try_connect(url: &str) -> Option<Self> {
        let mut client = Self(TcpStream::connect(place(url)).await.ok()?);
        client.send(b"\x10\x0c\0\x04MQTT\x04\x02\0\0\0\0").await;
        (client.receive(4).await? == b"\x20\x02\0\0").then_some(client)
    }

    async fn connect(url: &str) -> Self {
        Self::try_connect(url).await.unwrap()
    }

    async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// Nothing after the end of the connection.
    async fn receive(&mut self, length: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; length];
        timeout(PATIENCE, self.0.read_exact(&mut bytes)).await.expect("an answer in time").ok()?;
        Some(bytes)
    }

    async fn ping(&mut self) {
        self.send(b"\xc0\0").await;
        assert_eq!(self.receive(2).await.unwrap(), b"\xd0\0");
    }
}

fn place(url: &str) -> &str {
    url.strip_prefix("mqtt://").unwrap()
}

/// A message that is acknowledged, and kept for whoever comes later.
const LETTER: &[u8] = b"\x33\x0b\0\x04kept\0\x01abc";

#[test]
fn it_is_installed() {
    assert!(is_available());
    assert!(installed().unwrap().ends_with("mosquitto"));
}

#[tokio::test]
async fn a_server_is_found_and_stays_the_same() {
    let found = tokio::spawn(Server::find()).await.unwrap().unwrap();
    assert_eq!(Server::find().await.unwrap().url(), found.url());
    if env::var_os("FACTUM_MQTT_URL").is_none() {
        Client::connect(&found.url()).await.ping().await;
    }
}

#[tokio::test]
async fn what_was_acknowledged_is_kept_when_it_is_killed() {
    let own = Mosquitto::builder().start().await.unwrap();
    let url = own.url();
    let mut client = Client::connect(&url).await;
    client.send(LETTER).await;
    assert_eq!(client.receive(4).await.unwrap(), b"\x40\x02\0\x01");
    // It answers to this after it has written that down.
    client.ping().await;

    own.kill().await.unwrap();
    assert_eq!(client.receive(1).await, None);
    assert!(Client::try_connect(&url).await.is_none());

    for _ in 0..2 {
        own.start().await.unwrap();
        // It runs already.
        own.start().await.unwrap();
        assert_eq!(own.url(), url);
        let mut client = Client::connect(&url).await;
        client.send(b"\x82\x09\0\x01\0\x04kept\0").await;
        assert_eq!(client.receive(5).await.unwrap(), b"\x90\x03\0\x01\0");
        // The retained one, which need not be acknowledged.
        assert_eq!(client.receive(11).await.unwrap(), b"\x31\x09\0\x04keptabc");
        own.stop().await.unwrap();
        assert!(Client::try_connect(&url).await.is_none());
    }
}

#[tokio::test]
async fn it_says_nothing_while_it_pauses() {
    let own = Mosquitto::builder().start().await.unwrap();
    let mut client = Client::connect(&own.url()).await;
    own.pause().unwrap();
    client.send(b"\xc0\0").await;
    timeout(Duration::from_millis(200), client.0.read_u8()).await.expect_err("it pauses");
    own.resume().unwrap();
    assert_eq!(client.receive(2).await.unwrap(), b"\xd0\0");
    own.pause().unwrap();
    own.kill().await.unwrap();
    own.start().await.unwrap();
    Client::connect(&own.url()).await.ping().await;
}

#[tokio::test]
async fn a_setting_is_written_and_one_that_is_refused_is_named() {
    let own = Mosquitto::builder().set("max_packet_size", 20).set("persistence", false);
    let own = own.start().await.unwrap();
    let mut client = Client::connect(&own.url()).await;
    client.send(LETTER).await;
    assert_eq!(client.receive(4).await.unwrap(), b"\x40\x02\0\x01");
    client.send(b"\x33\x16\0\x04kept\0\x02abcdefghijklmn").await;
    assert_eq!(client.receive(1).await, None, "a longer one ends the connection");
    let refused = Mosquitto::builder().set("colour", "red").start().await.unwrap_err().to_string();
    assert!(refused.contains("colour") && refused.lines().count() == 1, "{refused}");
}

#[tokio::test]
async fn it_is_gone_when_its_process_is_killed() {
    if env::var_os(ROLE).is_some() {
        let own = Mosquitto::builder().start().await.unwrap();
        return say_and_wait(&own.url());
    }
    let (mut child, url) = start("mosquitto::it_is_gone_when_its_process_is_killed", "");
    Client::connect(&url).await.ping().await;
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until(&format!("{url} has ended"), async || TcpStream::connect(place(&url)).await.is_err()).await;
}
