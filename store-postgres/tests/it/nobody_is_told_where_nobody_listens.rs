//! Other processes are told of appends, if there are any that listen.

use crate::{
    log::small,
    place::{Place, named, until},
};
use factum_core::EventAppender;
use futures_util::{StreamExt, stream::poll_fn};
use std::time::Duration;
use tokio::{sync::mpsc, time::timeout};
use tokio_postgres::{AsyncMessage, Client, NoTls};

/// Hears what is said among the stores of a place.
struct Ear {
    said: mpsc::UnboundedReceiver<String>,
    client: Client,
    channel: String,
}

impl Ear {
    async fn new(place: &Place) -> Self {
        let (client, mut connection) =
            tokio_postgres::connect(&named(place.url(), "ear"), NoTls).await.unwrap();
        let (sender, said) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut messages = poll_fn(move |cx| connection.poll_message(cx));
            while let Some(Ok(message)) = messages.next().await {
                if let AsyncMessage::Notification(message) = message {
                    drop(sender.send(message.payload().to_owned()));
                }
            }
        });
        let channel = format!("factum_{}", place.schema());
        client.batch_execute(&format!("LISTEN {channel}")).await.unwrap();
        Self { said, client, channel }
    }

    async fn next(&mut self) -> String {
        let said = timeout(Duration::from_secs(60), self.said.recv()).await;
        said.expect("nothing was said").unwrap()
    }

    async fn say(&self, what: &str) {
        self.client.execute("SELECT pg_notify($1, $2)", &[&self.channel, &what]).await.unwrap();
    }
}

#[tokio::test]
async fn and_somebody_who_begins_to_is_answered_and_told() {
    let place = Place::new().await;
    let mut ear = Ear::new(&place).await;
    let store = place.open().await;
    let asked = ear.next().await;
    let name = asked.strip_suffix('?').expect("it asks who is there").to_owned();
    until("the store to listen", async || store.health().is_listening).await;
    for _ in 0..20 {
        store.append_one(small("a")).await.unwrap();
    }
    // Nothing was said of those before the answer.
    ear.say("somebody?").await;
    assert_eq!([ear.next().await, ear.next().await], ["somebody?", &name]);
    ear.say("done").await;
    assert_eq!(ear.next().await, "done");

    store.append_one(small("a")).await.unwrap();
    assert_eq!(ear.next().await, name);
}
