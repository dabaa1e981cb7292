use crate::transport::TransportError;
use async_trait::async_trait;
use std::fmt;

/// Where the bearer tokens come from by which Google knows who asks. It is asked before each request, so it keeps a token for as
/// long as that is valid.
///
/// What it shows of itself (`Debug`) ends up in logs, and must have no token in it.
#[async_trait]
pub trait Credentials: fmt::Debug + Send + Sync + 'static {
    /// A token with the scope `https://www.googleapis.com/auth/pubsub`, or `None` where nobody is asked who they are.
    ///
    /// # Errors
    /// [`TransportError`] when there is none now, [transient](TransportError::is_transient) where there may be one soon.
    async fn token(&self) -> Result<Option<String>, TransportError>;
}

/// Nobody: what an emulator takes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Anonymous;

#[async_trait]
impl Credentials for Anonymous {
    async fn token(&self) -> Result<Option<String>, TransportError> {
        Ok(None)
    }
}

/// One token, such as `gcloud auth print-access-token` gives. Those of Google are valid for an hour, so this is for trying things.
#[derive(Clone)]
pub struct BearerToken(String);

impl BearerToken {
    /// This one.
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }
}

#[async_trait]
impl Credentials for BearerToken {
    async fn token(&self) -> Result<Option<String>, TransportError> {
        Ok(Some(self.0.clone()))
    }
}

/// Without the token.
impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerToken").finish_non_exhaustive()
    }
}
