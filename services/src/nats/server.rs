use super::Nats;
use crate::{Error, broker::Found};
use tokio::sync::OnceCell;

/// A server with `JetStream`, shared by the tests of this process, and maybe by others: what each of them makes on it needs
/// a name of its own.
#[derive(Clone, Debug)]
pub struct Server {
    found: Found<Nats>,
}

impl Server {
    /// The server at the address `FACTUM_NATS_URL`; without one, the server that listens on 127.0.0.1:4222, if it has
    /// `JetStream` for whoever comes; otherwise a temporary [`Nats`] of this process. Always the same one.
    ///
    /// # Errors
    /// If the server that the environment names cannot be used, or if there is none and NATS is not
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
    use crate::{broker::Found, nats::Nats, port};

    #[tokio::test]
    async fn a_server_that_is_named_is_the_one() {
        let user = "{ user: \"it's\", password: \"a@b\" }";
        let own = Nats::builder().set("authorization", user).start().await.unwrap();
        let url = |user: &str| own.url().replace("://", &format!("://{user}"));
        let welcome = url("it's:a%40b@");
        assert_eq!(Found::<Nats>::named(welcome.clone()).await.unwrap().url(), welcome);
        for unwelcome in [url("it's:b@"), url("")] {
            let refused = Found::<Nats>::named(unwelcome).await.unwrap_err().to_string();
            assert!(
                refused.starts_with("FACTUM_NATS_URL: ") && refused.contains("Authorization"),
                "{refused}"
            );
            assert_eq!(refused.lines().count(), 1);
        }
        let refused = Found::<Nats>::named("localhost".to_owned()).await.unwrap_err().to_string();
        assert_eq!(refused, "FACTUM_NATS_URL: not of the form nats://host:port");
    }

    #[tokio::test]
    async fn a_server_that_listens_is_taken_rather_than_started() {
        let own = Nats::builder().start().await.unwrap();
        let found = Found::<Nats>::listening_or_started(own.port()).await.unwrap();
        assert_eq!(found.url(), own.url());
    }

    #[tokio::test]
    async fn a_server_is_started_where_none_listens() {
        let nobody = port::one().unwrap();
        let found = Found::<Nats>::listening_or_started(nobody).await.unwrap();
        let url = found.url();
        Found::<Nats>::named(url.clone()).await.unwrap();
        drop(found);
        Found::<Nats>::named(url).await.expect_err("it is stopped with its last user");
    }
}
