//! A server that shows the log, and a client of server-sent events that reads them as a browser does.

use crate::given::soon;
use axum::Router;
use factum::store::EventReader;
use factum_messaging::browser::LiveLog;
use std::net::SocketAddr;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// That shows everything to everybody.
pub(crate) fn everything(store: impl EventReader) -> LiveLog {
    LiveLog::new(store, "/shop", |_, _| true)
}

pub(crate) async fn serve(log: &LiveLog) -> SocketAddr {
    serve_router(log.router()).await
}

pub(crate) async fn serve_router(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

/// What a browser has of a stream.
pub(crate) struct Source {
    stream: BufReader<TcpStream>,
    /// What it will send when it connects again.
    pub(crate) last_id: String,
}

/// One event, as a page gets it.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) id: String,
    pub(crate) data: serde_json::Value,
}

/// Asks with HTTP/1.0, so that the stream is not cut into chunks, and reads the head of the answer.
pub(crate) async fn ask(address: SocketAddr, query: &str, headers: &str) -> (u16, Source) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET /events?{query} HTTP/1.0\r\nhost: {address}\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut stream = BufReader::new(stream);
    let mut status = String::new();
    soon(stream.read_line(&mut status)).await.unwrap();
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        soon(stream.read_line(&mut line)).await.unwrap();
    }
    (status.split(' ').nth(1).unwrap().parse().unwrap(), Source { stream, last_id: String::new() })
}

impl Source {
    pub(crate) async fn open(address: SocketAddr, query: &str) -> Self {
        Self::open_with(address, query, "").await
    }

    pub(crate) async fn open_with(address: SocketAddr, query: &str, headers: &str) -> Self {
        let (status, mut source) = ask(address, query, headers).await;
        assert_eq!(status, 200);
        assert!(source.block().await.unwrap().is_none(), "it begins with where it begins");
        assert_ne!(source.last_id, "");
        source
    }

    /// The next event; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<Got> {
        loop {
            if let Some(got) = self.block().await? {
                return Some(got);
            }
        }
    }

    /// What comes until the next empty line (HTML standard, "Interpreting an event stream"); `Some(None)` if it is no event.
    pub(crate) async fn block(&mut self) -> Option<Option<Got>> {
        let mut data = Vec::new();
        loop {
            let mut line = String::new();
            if soon(self.stream.read_line(&mut line)).await.unwrap() == 0 {
                return None;
            }
            assert!(!line.contains('\r'), "it would be the end of a line");
            match line.trim_end_matches('\n').split_once(':') {
                None if line == "\n" => break,
                Some(("data", value)) => data.push(value.strip_prefix(' ').unwrap_or(value).to_owned()),
                Some(("id", value)) => self.last_id = value.trim().to_owned(),
                Some(("", _)) => {}
                other => panic!("{other:?}"),
            }
        }
        if data.is_empty() {
            return Some(None);
        }
        let data = serde_json::from_str(&data.join("\n")).unwrap();
        Some(Some(Got { id: self.last_id.clone(), data }))
    }

    /// All that is left.
    pub(crate) async fn rest(mut self) -> String {
        let mut rest = String::new();
        soon(self.stream.read_to_string(&mut rest)).await.unwrap();
        rest
    }
}
