use super::Mosquitto;
use crate::{Error, broker::Found};
use tokio::sync::OnceCell;

/// A broker of MQTT, shared by the tests of this process, and maybe by others: what each of them makes on it needs
/// a name of its own.
#[derive(Clone, Debug)]
pub struct Server {
    found: Found<Mosquitto>,
}

impl Server {
    /// The broker at the address `FACTUM_MQTT_URL`; without one, the one that listens on 127.0.0.1:1883, if it is open
    /// to whoever comes; otherwise a temporary [`Mosquitto`] of this process. Always the same one.
    ///
    /// # Errors
    /// If the broker that the environment names cannot be used, or if there is none and Mosquitto is not
    /// [installed](super::installed).
    pub async fn find() -> Result<Self, Error> {
        // Never dropped: what is in it ends with the process.
        static FOUND: OnceCell<Server> = OnceCell::const_new();
        let found = FOUND.get_or_try_init(|| async { Ok(Self { found: Found::find().await? }) });
        found.await.cloned()
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        self.found.url()
    }
}

#[cfg(test)]
mod tests {
    use crate::{broker::Found, mosquitto::Mosquitto, port};
    use std::{io::Write as _, net::TcpListener, thread};

    #[tokio::test]
    async fn a_server_that_is_named_is_the_one() {
        let own = Mosquitto::builder().start().await.unwrap();
        assert_eq!(Found::<Mosquitto>::named(own.url()).await.unwrap().url(), own.url());
        let closed = Mosquitto::builder().set("allow_anonymous", false).start().await.unwrap();
        let refused = Found::<Mosquitto>::named(closed.url()).await.unwrap_err().to_string();
        let connecting = "FACTUM_MQTT_URL: connecting to a broker of MQTT";
        assert_eq!(refused, format!("{connecting}: its user is not welcome"));

        let other = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("mqtt://{}", other.local_addr().unwrap());
        let talks = thread::spawn(move || other.accept()?.0.write_all(b"INFO {}"));
        let refused = Found::<Mosquitto>::named(url).await.unwrap_err().to_string();
        assert_eq!(refused, format!("{connecting}: it is another server that answers"));
        talks.join().unwrap().unwrap();
        let refused = Found::<Mosquitto>::named("localhost".to_owned()).await.unwrap_err().to_string();
        assert_eq!(refused, "FACTUM_MQTT_URL: not of the form mqtt://host:port");
    }

    #[tokio::test]
    async fn a_server_that_listens_is_taken_rather_than_started() {
        let own = Mosquitto::builder().start().await.unwrap();
        let found = Found::<Mosquitto>::listening_or_started(own.port()).await.unwrap();
        assert_eq!(found.url(), own.url());
    }

    #[tokio::test]
    async fn a_server_is_started_where_none_listens() {
        let nobody = port::one().unwrap();
        let found = Found::<Mosquitto>::listening_or_started(nobody).await.unwrap();
        let url = found.url();
        Found::<Mosquitto>::named(url.clone()).await.unwrap();
        drop(found);
        Found::<Mosquitto>::named(url).await.expect_err("it is stopped with its last user");
    }
}
