use super::RabbitMq;
use crate::{Error, broker::Found};
use tokio::sync::OnceCell;

/// A server, shared by the tests of this process, and maybe by others: what each of them makes on it needs a name of its
/// own.
#[derive(Clone, Debug)]
pub struct Server {
    found: Found<RabbitMq>,
}

impl Server {
    /// The server at the address `FACTUM_RABBITMQ_URL`; without one, the server that listens on 127.0.0.1:5672, if user
    /// `guest` is welcome there; otherwise a temporary [`RabbitMq`] of this process. Always the same one.
    ///
    /// # Errors
    /// If the server that the environment names cannot be used, or if there is none and RabbitMQ is not
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
    use crate::{broker::Found, port, rabbitmq::RabbitMq};

    /// One test, since a server takes seconds to start.
    #[tokio::test]
    async fn a_server_that_is_named_or_listens_is_taken_rather_than_started() {
        let nobody = port::one().unwrap();
        let started = Found::<RabbitMq>::listening_or_started(nobody).await.unwrap();
        let url = started.url();
        let port = url.split([':', '/']).find_map(|word| word.parse().ok()).unwrap();
        assert_eq!(Found::<RabbitMq>::listening_or_started(port).await.unwrap().url(), url);
        assert_eq!(Found::<RabbitMq>::named(url.clone()).await.unwrap().url(), url);

        let unwelcome = url.replace("guest:guest", "guest:stranger");
        let refused = Found::<RabbitMq>::named(unwelcome).await.unwrap_err().to_string();
        assert!(refused.starts_with("FACTUM_RABBITMQ_URL: connecting to RabbitMQ: "), "{refused}");
        assert_eq!(refused.lines().count(), 1);
        let refused = Found::<RabbitMq>::named("localhost".to_owned()).await.unwrap_err().to_string();
        assert_eq!(refused, "FACTUM_RABBITMQ_URL: not of the form amqp://user:password@host:port/host");

        drop(started);
        Found::<RabbitMq>::named(url).await.expect_err("it is stopped with its last user");
    }
}
