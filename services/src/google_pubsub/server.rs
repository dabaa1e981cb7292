use super::Emulator;
use crate::{Error, broker::Found};
use std::env;
use tokio::sync::OnceCell;

/// An emulator, shared by the tests of this process, and maybe by others: what each of them makes on it needs a name of its own.
#[derive(Clone, Debug)]
pub struct Server {
    found: Found<Emulator>,
}

impl Server {
    /// The emulator at the address `FACTUM_GOOGLE_PUBSUB_URL`, or at the host and port `PUBSUB_EMULATOR_HOST`; without one, the
    /// emulator that listens on 127.0.0.1:8085; otherwise a temporary [`Emulator`] of this process. Always the same one.
    ///
    /// # Errors
    /// If the emulator that the environment names cannot be used, or if there is none and it is not
    /// [installed](super::installed).
    pub async fn find() -> Result<Self, Error> {
        // Never dropped: what is in it ends with the process.
        static FOUND: OnceCell<Server> = OnceCell::const_new();
        let found = FOUND.get_or_try_init(|| async {
            let found = match env::var("PUBSUB_EMULATOR_HOST") {
                Ok(host) if env::var_os("FACTUM_GOOGLE_PUBSUB_URL").is_none() => {
                    Found::named(format!("http://{host}")).await?
                }
                _ => Found::find().await?,
            };
            Ok(Self { found })
        });
        found.await.cloned()
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        self.found.url()
    }
}
