//! A server of NATS.

use crate::{
    client::PATIENCE,
    other_process::{ROLE, say_and_wait, start, wait_until},
};
use factum_services::nats::{Nats, Server, installed, is_available};
use std::{env, time::Duration};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    time::timeout,
};

/// As much of a client as these tests need.
struct Client(BufReader<TcpStream>);

impl Client {
    /// Nothing if no server of NATS answers.
    async fn try_connect(url: &str) -> Option<Self> {
        let address = url.strip_prefix("nats://").unwrap();
        let mut client = Self(BufReader::new(TcpStream::connect(address).await.ok()?));
        timeout(PATIENCE, client.line()).await.ok()?.starts_with("INFO {").then_some(())?;
        client.send("CONNECT {\"verbose\":false}\r\nSUB answers 1\r\n").await;
        Some(client)
    }

    async fn connect(url: &str) -> Self {
        Self::try_connect(url).await.unwrap()
    }

    async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        // The end of a connection is an empty line.
        let _ = self.0.read_line(&mut line).await;
        line.trim_end().to_owned()
    }

    /// What is answered to a message.
    async fn request(&mut self, subject: &str, message: &str) -> String {
        self.send(&format!("PUB {subject} answers {}\r\n{message}\r\n", message.len())).await;
        let answer = async {
            loop {
                let line = self.line().await;
                let mut words = line.split(' ');
                if (words.next(), words.next()) != (Some("MSG"), Some("answers")) {
                    continue;
                }
                // Where to answer to may come before it.
                let length = words.next_back().unwrap();
                let mut answer = vec![0; length.parse().unwrap()];
                self.0.read_exact(&mut answer).await.unwrap();
                return String::from_utf8(answer).unwrap();
            }
        };
        timeout(PATIENCE, answer).await.expect("an answer in time")
    }
}

#[test]
fn it_is_installed() {
    assert!(is_available());
    assert!(installed().unwrap().ends_with("nats-server"));
}

#[tokio::test]
async fn a_server_is_found_and_stays_the_same() {
    let found = tokio::spawn(Server::find()).await.unwrap().unwrap();
    assert_eq!(Server::find().await.unwrap().url(), found.url());
    if env::var_os("FACTUM_NATS_URL").is_none() {
        let about = Client::connect(&found.url()).await.request("$JS.API.INFO", "").await;
        assert!(about.contains("io.nats.jetstream.api.v1.account_info_response"), "{about}");
    }
}

#[tokio::test]
async fn what_was_acknowledged_is_kept_when_it_is_killed() {
    let own = Nats::builder().start().await.unwrap();
    let url = own.url();
    let mut client = Client::connect(&url).await;
    let made =
        client.request("$JS.API.STREAM.CREATE.kept", r#"{"name":"kept","subjects":["letters"]}"#).await;
    assert!(!made.contains("error"), "{made}");
    for n in 1..=3 {
        assert!(client.request("letters", "a letter").await.contains(&format!("\"seq\":{n}")));
    }

    own.kill().await.unwrap();
    assert_eq!(client.line().await, "", "the connection has ended");
    assert!(Client::try_connect(&url).await.is_none());

    own.start().await.unwrap();
    // It runs already.
    own.start().await.unwrap();
    assert_eq!(own.url(), url);
    let kept = Client::connect(&url).await.request("$JS.API.STREAM.INFO.kept", "").await;
    assert!(kept.contains("\"messages\":3"), "{kept}");

    own.stop().await.unwrap();
    assert!(Client::try_connect(&url).await.is_none());
    own.start().await.unwrap();
    let kept = Client::connect(&url).await.request("$JS.API.STREAM.INFO.kept", "").await;
    assert!(kept.contains("\"messages\":3"), "{kept}");
}

#[tokio::test]
async fn it_says_nothing_while_it_pauses() {
    let own = Nats::builder().start().await.unwrap();
    let mut client = Client::connect(&own.url()).await;
    own.pause().unwrap();
    client.send("PING\r\n").await;
    timeout(Duration::from_millis(200), client.line()).await.expect_err("it pauses");
    own.resume().unwrap();
    assert_eq!(timeout(PATIENCE, client.line()).await.unwrap(), "PONG");

    own.pause().unwrap();
    own.stop().await.unwrap();
    let refused = own.pause().unwrap_err().to_string();
    assert!(refused.contains("does not run") && refused.lines().count() == 1, "{refused}");
    own.start().await.unwrap();
    own.pause().unwrap();
    own.kill().await.unwrap();
    own.start().await.unwrap();
    own.pause().unwrap();
    // Dropping one that pauses ends it, too.
    let url = own.url();
    drop(own);
    assert!(Client::try_connect(&url).await.is_none());
}

#[tokio::test]
async fn a_setting_is_written_and_one_that_is_refused_is_named() {
    let own = Nats::builder().set("max_payload", 2_000).set("jetstream.max_file_store", "1MB");
    let own = own.start().await.unwrap();
    let mut client =
        BufReader::new(TcpStream::connect(own.url().strip_prefix("nats://").unwrap()).await.unwrap());
    let mut about = String::new();
    client.read_line(&mut about).await.unwrap();
    assert!(about.contains("\"max_payload\":2000"), "{about}");
    let refused = Nats::builder().set("jetstream.colour", "red").start().await.unwrap_err().to_string();
    assert!(refused.contains("colour") && refused.lines().count() == 1, "{refused}");
}

#[tokio::test]
async fn it_is_gone_when_its_process_is_killed() {
    if let Ok(role) = env::var(ROLE) {
        let own = Nats::builder().start().await.unwrap();
        if role == "pause" {
            own.pause().unwrap();
        }
        return say_and_wait(&own.url());
    }
    for role in ["run", "pause"] {
        let (mut child, url) = start("nats::it_is_gone_when_its_process_is_killed", role);
        let address = url.strip_prefix("nats://").unwrap();
        TcpStream::connect(address).await.unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        wait_until(&format!("{url} has ended"), async || TcpStream::connect(address).await.is_err()).await;
    }
}
