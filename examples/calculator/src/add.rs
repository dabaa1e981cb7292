//! What can be asked, and who answers. Two programs would share the question, and only one of them would have the rest.

use factum::{
    messaging::{
        RemoteQuery, Server,
        remote::{RequestReply, Serving},
    },
    prelude::*,
};
use std::error::Error;

/// What is the sum?
#[derive(Serialize, Deserialize)]
pub(crate) struct Add {
    pub(crate) a: i64,
    pub(crate) b: i64,
}

impl RemoteQuery for Add {
    const NAME: &'static str = "add";
}

/// Knows all that it takes.
pub(crate) struct Calculator;

impl ReadQuery for Add {
    type Model = Calculator;
    /// Of two numbers of 64 bits, there is no sum that would not fit.
    type Answer = i128;

    async fn answer(self, _: &Calculator) -> Result<i128, AskError> {
        Ok(i128::from(self.a) + i128::from(self.b))
    }
}

/// Answers whoever asks over this broker. Several who do so share the questions.
pub(crate) async fn serve(broker: impl RequestReply) -> Result<Serving, Box<dyn Error>> {
    let app = App::builder(MemoryStore::new()).model(Calculator).build().await?;
    Ok(Server::new(app, "calculator").query::<Add>().serve(broker).await?)
}
