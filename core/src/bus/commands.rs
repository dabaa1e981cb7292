use super::{
    ConflictRetry, Decide, DecideAgain, Envelope, Gate, Once, OnceLayer, Outcome, Rejection, SendError,
    Sequence, SequenceLayer, Timeout, TimeoutLayer, Trace, TraceLayer, Validate, ValidateLayer, gate,
};
use crate::Command;
use futures_util::future::{BoxFuture, Either};
use std::{
    fmt,
    task::{Context, Poll},
    time::Duration,
};
use tower::{Layer, Service};

/// What every command goes through, from the outside in.
pub(crate) type Stack = Trace<Validate<Timeout<Sequence<Once<DecideAgain>>>>>;

/// The command bus of an application: a [`Service`] that takes the [`Envelope`] of any command. Cheap to clone.
///
/// It is always ready; a layer that limits belongs around it, for one type of command, or, with
/// [`AppBuilder::layer`](crate::app::AppBuilder::layer), for all of them.
#[derive(Clone)]
pub struct CommandBus {
    stack: Stack,
    /// The application's own layers, if it has any.
    gate: Option<Gate>,
    again: DecideAgain,
}

/// The future of a command on its way.
pub type Sending<C> = Either<<Stack as Service<Envelope<C>>>::Future, BoxFuture<'static, Outcome<C>>>;

impl CommandBus {
    pub(crate) fn new(decide: Decide, options: Options) -> Self {
        let Options { retry, sequence, timeout, gate } = options;
        let layer = OnceLayer::new(decide.store().clone());
        let again = retry.layer(decide);
        let once = layer.layer(again.clone());
        let in_turn =
            if sequence { SequenceLayer::new().layer(once) } else { Sequence::<Once<_>>::off(once) };
        let in_time = timeout.map_or_else(TimeoutLayer::default, TimeoutLayer::new).layer(in_turn);
        let stack = TraceLayer.layer(ValidateLayer.layer(in_time));
        Self { stack, gate, again }
    }

    /// How many attempts have ended in a conflict so far, over all commands. Commands of this process only conflict
    /// with each other if they do not queue ([`AppBuilder::sequencing`](crate::app::AppBuilder::sequencing)).
    #[must_use]
    pub fn conflicts(&self) -> u64 {
        self.again.retry().conflicts()
    }

    pub(crate) fn decide(&self) -> &Decide {
        self.again.decide()
    }

    pub(crate) fn send<C: Command>(&self, envelope: Envelope<C>) -> Sending<C> {
        match &self.gate {
            None => Either::Left(self.pass(envelope)),
            Some(gate) => Either::Right(Box::pin(gate::pass(gate.clone(), self.stack.clone(), envelope))),
        }
    }

    /// What `self.stack.clone().call(envelope)` does. A clone of the stack counts owners up and down again, which is
    /// much of the work that a command needs when there is no disk to wait for.
    fn pass<C: Command>(&self, envelope: Envelope<C>) -> <Stack as Service<Envelope<C>>>::Future {
        self.stack.pass(envelope, |validate, envelope| {
            validate.pass(envelope, |timeout, envelope| {
                timeout.pass(envelope, |sequence, envelope| {
                    sequence.pass(envelope, |once, envelope| once.pass(envelope, DecideAgain::pass))
                })
            })
        })
    }
}

impl<C: Command> Service<Envelope<C>> for CommandBus {
    type Response = super::Committed<C::Decider>;
    type Error = SendError<Rejection<C>>;
    type Future = Sending<C>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, envelope: Envelope<C>) -> Self::Future {
        self.send(envelope)
    }
}

impl fmt::Debug for CommandBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommandBus").field("stack", &self.stack).finish_non_exhaustive()
    }
}

/// How a bus is made up.
pub(crate) struct Options {
    pub(crate) retry: ConflictRetry,
    pub(crate) sequence: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) gate: Option<Gate>,
}

impl Options {
    /// Puts a layer around those that are there.
    pub(crate) fn add<L>(&mut self, layer: &L)
    where
        L: Layer<Gate>,
        L::Service: Service<super::AnyCommand, Response = crate::Receipt> + Clone + Send + Sync + 'static,
        <L::Service as Service<super::AnyCommand>>::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
        <L::Service as Service<super::AnyCommand>>::Future: Send + 'static,
    {
        use tower::ServiceExt as _;
        let inside = self.gate.take().unwrap_or_else(gate::open);
        self.gate = Some(Gate::new(layer.layer(inside).map_err(Into::into)));
    }
}

impl Default for Options {
    fn default() -> Self {
        Self { retry: ConflictRetry::new(), sequence: true, timeout: None, gate: None }
    }
}
