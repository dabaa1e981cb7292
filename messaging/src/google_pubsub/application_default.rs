use super::Credentials;
use crate::transport::TransportError;
use async_trait::async_trait;
use gcp_auth::TokenProvider;
use std::{fmt, sync::Arc};

const SCOPE: &[&str] = &["https://www.googleapis.com/auth/pubsub"];

/// Google's [Application Default Credentials], by the crate `gcp_auth`: the service account in the file that
/// `GOOGLE_APPLICATION_CREDENTIALS` names, the user of `gcloud auth application-default login`, the service account of the machine.
/// Tokens are got again before they expire.
///
/// [Application Default Credentials]: https://cloud.google.com/docs/authentication/application-default-credentials
#[derive(Clone)]
pub struct ApplicationDefault(Arc<dyn TokenProvider>);

impl ApplicationDefault {
    /// Looks for them.
    ///
    /// # Errors
    /// [`TransportError`] when there are none.
    pub async fn find() -> Result<Self, TransportError> {
        let found = gcp_auth::provider().await;
        found.map(Self).map_err(|error| TransportError::new("looking for credentials of Google", error))
    }
}

#[async_trait]
impl Credentials for ApplicationDefault {
    async fn token(&self) -> Result<Option<String>, TransportError> {
        match self.0.token(SCOPE).await {
            Ok(token) => Ok(Some(token.as_str().to_owned())),
            // The server that gives them is asked, which may be away.
            Err(error) => Err(TransportError::unavailable("getting a token of Google", error)),
        }
    }
}

/// Without what they are.
impl fmt::Debug for ApplicationDefault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApplicationDefault").finish_non_exhaustive()
    }
}
