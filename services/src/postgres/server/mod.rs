use super::{Cluster, address::Address, session::Session};
use crate::Error;
use std::{env, sync::Arc};
use tokio::sync::OnceCell;

const VARIABLE: &str = "FACTUM_POSTGRES_URL";
const USUAL_PORT: u16 = 5432;

/// A server on which databases can be made, shared by the tests of this process.
#[derive(Clone, Debug)]
pub struct Server {
    address: Address,
    /// Kept running by whoever uses it; there is none if the server was found running.
    _cluster: Option<Arc<Cluster>>,
}

impl Server {
    /// The server at the address `FACTUM_POSTGRES_URL`; without one, the server that listens on 127.0.0.1:5432, if user
    /// `postgres` may make databases there without a password; otherwise a temporary [`Cluster`] of this process,
    /// without durability. Always the same one.
    ///
    /// # Errors
    /// If the server that the environment names cannot be used, or if there is none and PostgreSQL is not
    /// [installed](super::installed).
    pub async fn find() -> Result<Self, Error> {
        // Never dropped: what is in it ends with the process.
        static FOUND: OnceCell<Server> = OnceCell::const_new();
        let found = FOUND.get_or_try_init(|| async {
            match env::var(VARIABLE) {
                Ok(url) => Self::named(&url).await,
                Err(env::VarError::NotPresent) => Self::listening_or_started(USUAL_PORT).await,
                Err(e) => Err(Error::Setting { variable: VARIABLE, problem: e.to_string() }),
            }
        });
        found.await.cloned()
    }

    /// The address of the database with this name.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        self.address.url_of(database)
    }

    pub(crate) const fn address(&self) -> &Address {
        &self.address
    }

    async fn named(url: &str) -> Result<Self, Error> {
        let setting = |problem| Error::Setting { variable: VARIABLE, problem };
        let address = Address::parse(url)
            .ok_or_else(|| setting("not of the form postgres://user@host:port/database".to_owned()))?;
        match Self::at(address).await {
            Ok(Some(server)) => Ok(server),
            Ok(None) => Err(setting("its user may not make databases".to_owned())),
            Err(e) => Err(setting(e.to_string())),
        }
    }

    async fn listening_or_started(port: u16) -> Result<Self, Error> {
        if let Ok(Some(server)) = Self::at(Address::local(port)).await {
            return Ok(server);
        }
        // What is on it is gone with this process, so that there is nothing to lose in a crash.
        let durability = [("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off")];
        let builder = Cluster::builder().set("max_connections", 300);
        let builder = durability.into_iter().fold(builder, |builder, (name, value)| builder.set(name, value));
        let cluster = builder.start().await?;
        Ok(Self { address: cluster.address(), _cluster: Some(Arc::new(cluster)) })
    }

    /// Nothing if databases cannot be made there.
    async fn at(address: Address) -> Result<Option<Self>, Error> {
        let session = Session::open(&address.url()).await?;
        let question = "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user";
        let answer = session.query_one(question, &[]).await;
        let answer = answer.map_err(|e| Error::refused("asking for the rights of a user", &e))?;
        Ok(answer.get::<_, bool>(0).then_some(Self { address, _cluster: None }))
    }
}

#[cfg(test)]
mod tests;
