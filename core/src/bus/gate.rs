use super::{Committed, Context, Envelope, Outcome, Rejection, SendError};
use crate::{Command, Receipt, StreamId};
use futures_util::future::BoxFuture;
use std::{
    error::Error,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};
use tower::{Service, ServiceExt, util::BoxCloneSyncService};

type BoxError = Box<dyn Error + Send + Sync>;

/// A command of any type: what a [layer of the application](crate::app::AppBuilder::layer) gets to see.
///
/// It can look at the name and the stream, change the context, let the command pass by calling the service inside, or
/// answer with an error of its own, which the sender gets as [`SendError::Layer`]. It cannot repeat a command.
#[non_exhaustive]
pub struct AnyCommand {
    /// What the command is called.
    pub name: &'static str,
    /// Where its events go.
    pub stream: StreamId,
    /// What is known about it, and what its events will carry.
    pub context: Context,
    run: Box<dyn FnOnce(Context) -> BoxFuture<'static, Result<Receipt, BoxError>> + Send>,
}

impl fmt::Debug for AnyCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyCommand")
            .field("name", &self.name)
            .field("stream", &self.stream)
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}

/// The innermost service that a [layer of the application](crate::app::AppBuilder::layer) is put around.
pub type Gate = BoxCloneSyncService<AnyCommand, Receipt, BoxError>;

/// One that lets every command pass.
pub(super) fn open() -> Gate {
    BoxCloneSyncService::new(tower::service_fn(|command: AnyCommand| (command.run)(command.context)))
}

/// Sends a command through `gate` to `inside`.
pub(super) async fn pass<C, S>(gate: Gate, mut inside: S, envelope: Envelope<C>) -> Outcome<C>
where
    C: Command,
    S: Service<Envelope<C>, Response = Committed<C::Decider>, Error = SendError<Rejection<C>>>
        + Send
        + 'static,
    S::Future: Send,
{
    // The layers know no types of commands; so the outcome comes back beside them.
    let outcome = Arc::new(Mutex::new(None));
    let returned = Arc::clone(&outcome);
    let command = AnyCommand {
        name: C::NAME,
        stream: envelope.stream().clone(),
        context: envelope.context().clone(),
        run: Box::new(move |context| {
            Box::pin(async move {
                let answer = inside.call(envelope.with_context(context)).await;
                let summary = match &answer {
                    Ok(committed) => Ok(committed.receipt.clone()),
                    Err(error) => Err(Box::from(format!("the command had no effect: {}", error.kind()))),
                };
                *returned.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
                summary
            })
        }),
    };
    let summary = gate.oneshot(command).await;
    let answer = outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (answer, summary) {
        (Some(answer), _) => answer,
        (None, Err(error)) => Err(SendError::Layer(error)),
        (None, Ok(_)) => Err(SendError::Layer("a layer answered for the command without sending it".into())),
    }
}
