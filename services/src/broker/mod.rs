//! What servers that pass messages on have in common: one that is shared is found by its address, or started.

mod address;
mod connection;
mod signals;

pub(crate) use self::{address::Address, connection::Connection, signals::told_by_signals};

use crate::Error;
use std::{env, sync::Arc};

/// A server of one's own, which also stands in where none is found.
pub(crate) trait Broker: Sized {
    /// In the environment: the address of a server.
    const VARIABLE: &'static str;
    /// How its addresses begin.
    const SCHEME: &'static str;
    /// What its addresses look like.
    const FORM: &'static str;
    const USUAL_PORT: u16;

    /// The address of a server on this machine, whose users are those that it has when it is new.
    fn local(port: u16) -> String;

    /// Fails where nobody answers, somebody else does, or the user of the address is refused.
    fn answers(address: &Address) -> impl Future<Output = Result<(), Error>> + Send;

    fn start() -> impl Future<Output = Result<Self, Error>> + Send;

    fn url(&self) -> String;
}

/// A server that tests share.
#[derive(Debug)]
pub(crate) struct Found<B> {
    url: String,
    /// Kept running by whoever uses it; there is none if the server was found running.
    _own: Option<Arc<B>>,
}

impl<B: Broker> Found<B> {
    /// The server that the environment names, otherwise the one that listens on the usual port, otherwise a new one.
    pub(crate) async fn find() -> Result<Self, Error> {
        match env::var(B::VARIABLE) {
            Ok(url) => Self::named(url).await,
            Err(env::VarError::NotPresent) => Self::listening_or_started(B::USUAL_PORT).await,
            Err(e) => Err(Error::Setting { variable: B::VARIABLE, problem: e.to_string() }),
        }
    }

    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    pub(crate) async fn named(url: String) -> Result<Self, Error> {
        let setting = |problem| Error::Setting { variable: B::VARIABLE, problem };
        let address = Address::parse(&url, B::SCHEME, B::USUAL_PORT)
            .ok_or_else(|| setting(format!("not of the form {}", B::FORM)))?;
        B::answers(&address).await.map_err(|e| setting(e.to_string()))?;
        Ok(Self { url, _own: None })
    }

    pub(crate) async fn listening_or_started(port: u16) -> Result<Self, Error> {
        if let Ok(found) = Self::named(B::local(port)).await {
            return Ok(found);
        }
        let own = B::start().await?;
        Ok(Self { url: own.url(), _own: Some(Arc::new(own)) })
    }
}

// Not derived: a server need not be cloned for it.
impl<B> Clone for Found<B> {
    fn clone(&self) -> Self {
        Self { url: self.url.clone(), _own: self._own.clone() }
    }
}
