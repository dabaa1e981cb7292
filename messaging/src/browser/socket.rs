//! WebSocket.

use super::{
    LiveLog, Refusal,
    asked::Asked,
    feed::{Feed, Next},
    words::{Said, Told},
};
use crate::problem::problem;
use axum::{
    extract::{
        FromRequestParts as _, Request, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, close_code},
    },
    http::{HeaderMap, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use factum_core::Position;
use std::{future::pending, sync::Arc};
use tokio::time::{sleep, timeout};

/// What a client says is short.
const MESSAGE_BYTES: usize = 64 * 1024;

pub(super) async fn open(State(log): State<LiveLog>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    if !is_allowed(&parts.headers, &log.settings.origins) {
        return Refusal::Origin.into_response();
    }
    if log.shared.closing.is_cancelled() {
        return Refusal::Unavailable.into_response();
    }
    match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(upgrade) => upgrade
            .max_message_size(MESSAGE_BYTES)
            .on_upgrade(|socket| Session { log, parts: Arc::new(parts), socket, feed: None }.run()),
        Err(why) => problem(why.status(), &why.body_text()),
    }
}

/// Whether the page that asks, if it is one, is of this site or of one of `origins`.
fn is_allowed(headers: &HeaderMap, origins: &[String]) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let is_own = || {
        let of_page = origin.split_once("://").map(|(_, host)| host);
        of_page.zip(host).is_some_and(|(page, host)| page.eq_ignore_ascii_case(host))
    };
    origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin)) || is_own()
}

/// One client.
struct Session {
    log: LiveLog,
    parts: Arc<Parts>,
    socket: WebSocket,
    /// What it has subscribed to.
    feed: Option<Feed>,
}

/// The client is gone, or does not read.
struct Gone;

impl Session {
    /// One thing after the other: nothing is read from the log while the client has not taken what came before.
    async fn run(mut self) {
        let closing = self.log.shared.closing.clone();
        loop {
            let done = tokio::select! {
                () = closing.cancelled() => break,
                said = self.socket.recv() => match said {
                    Some(Ok(said)) => self.answer(said).await,
                    Some(Err(_)) | None => return,
                },
                next = next(&mut self.feed) => match next {
                    Next::Event(seen) => self.tell(Message::text(seen.json())).await,
                    Next::Nothing(reached) => self.say(Told::Reached(reached)).await,
                    Next::End => break,
                },
                // One that has subscribed to nothing hears nothing by which a proxy would know that it is there.
                () = sleep(self.log.settings.heartbeat), if self.feed.is_none() => {
                    self.tell(Message::Ping(bytes::Bytes::new())).await
                }
            };
            if done.is_err() {
                return;
            }
        }
        let reason = "the server ends".into();
        let _ = self.tell(Message::Close(Some(CloseFrame { code: close_code::AWAY, reason }))).await;
    }

    async fn answer(&mut self, message: Message) -> Result<(), Gone> {
        let said = match message {
            Message::Text(text) => Said::read(&text),
            Message::Binary(_) => Err(Refusal::Senseless("say it as text".to_owned())),
            // Answered by the socket itself.
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Close(_) => {
                // The client is told that it was heard when the next thing is asked for.
                let _ = timeout(self.log.settings.patience, self.socket.recv()).await;
                return Err(Gone);
            }
        };
        let told = match said {
            Ok(Said::Subscribe { topics, after }) => {
                self.subscribe(&topics, after).await.map(Told::Subscribed)
            }
            Ok(Said::Unsubscribe) => match self.feed.take() {
                Some(feed) => Ok(Told::Unsubscribed(feed.reached())),
                None => Err(Refusal::Senseless("there is no subscription".to_owned())),
            },
            Err(refusal) => Err(refusal),
        };
        match told {
            Ok(told) => self.say(told).await,
            Err(refusal) => self.say(Told::Error(&refusal.detail())).await,
        }
    }

    /// In place of what it has subscribed to before. What cannot be subscribed to changes nothing.
    async fn subscribe(&mut self, topics: &[String], after: Option<u64>) -> Result<Position, Refusal> {
        let asked = Asked::new(topics.iter().map(String::as_str), after)?;
        let feed = self.log.feed(asked, Arc::clone(&self.parts)).await?;
        Ok(self.feed.insert(feed).reached())
    }

    async fn say(&mut self, told: Told<'_>) -> Result<(), Gone> {
        self.tell(Message::text(told.json())).await
    }

    async fn tell(&mut self, message: Message) -> Result<(), Gone> {
        match timeout(self.log.settings.patience, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }
}

async fn next(feed: &mut Option<Feed>) -> Next {
    match feed {
        Some(feed) => feed.next().await,
        None => pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::is_allowed;
    use axum::http::{HeaderMap, HeaderValue};

    #[test]
    fn pages_of_other_sites_get_no_socket() {
        let origins = ["https://shop.example".to_owned()];
        for (origin, expected) in [
            (None, true),
            (Some("https://api.example:8080"), true),
            (Some("HTTPS://API.example:8080"), true),
            (Some("https://shop.example"), true),
            (Some("https://evil.example"), false),
            (Some("https://api.example"), false),
            (Some("https://api.example:8080.evil.example"), false),
            (Some("http://shop.example"), false),
            (Some("null"), false),
            (Some(""), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static("api.example:8080"));
            if let Some(origin) = origin {
                headers.insert("origin", HeaderValue::from_static(origin));
            }
            assert_eq!(is_allowed(&headers, &origins), expected, "{origin:?}");
        }
    }
}
