use super::{consuming::Consumer, handler::Handler, letter::Letters, listening::Listening};
use async_trait::async_trait;
use factum_core::{
    Causes, CheckpointKey, ConsumerName,
    app::{AppBuilder, Component, ComponentError, Startup},
    sink::Sink,
    store::{EventReader as _, EventStore},
};
use factum_projections::{AppBuilderExt as _, Runner, sole};
use std::sync::Arc;

/// Adds consumers of messages to an app.
pub trait ConsumeExt<S>: Sized {
    /// Runs a consumer beside the app. What it remembers lives in the app's store.
    #[must_use]
    fn consume<H: Handler<S>>(self, consumer: Consumer<H>) -> Self
    where
        S: Sink;
}

impl<S: EventStore> ConsumeExt<S> for AppBuilder<S> {
    fn consume<H: Handler<S>>(self, consumer: Consumer<H>) -> Self
    where
        S: Sink,
    {
        let sink = self.store().clone();
        let Consumer { handler, transport, options, .. } = consumer;
        let handler = Arc::new(handler);
        let inbox = ConsumerName::new(format!("{}_v{}", H::NAME, H::VERSION))
            .expect("the name of a projection and a number are a name");
        let inbox = CheckpointKey::new(inbox, sink.log_id());
        let letters = Runner::new(Letters::new(Arc::clone(&handler), inbox.clone()));
        let listening = Beside { handler, inbox, transport, options, sink };
        self.run(letters).component(listening)
    }
}

/// A consumer as a part of an app.
struct Beside<H, K> {
    handler: Arc<H>,
    inbox: CheckpointKey,
    transport: Arc<dyn crate::transport::Transport>,
    options: super::consuming::Options,
    sink: K,
}

#[async_trait]
impl<K: Sink, H: Handler<K>> Component for Beside<H, K> {
    fn name(&self) -> String {
        format!("consumer {}", H::NAME)
    }

    async fn start(self: Box<Self>, startup: &mut Startup) -> Result<(), ComponentError> {
        let Self { handler, inbox, transport, options, sink } = *self;
        handler.prepare(&sink).await?;
        handler.provide(&sink, startup);
        let store = startup.store();
        let log = store.log_id();
        let name = ConsumerName::new(format!("{}.listening", H::NAME))?;
        // Whoever is given the app can publish what it must not miss. A broker that is away must not keep the app from starting.
        match transport.prepare(options.listen(H::NAME)?).await {
            Ok(()) => {}
            Err(error) if error.is_transient() => {
                tracing::warn!(consumer = H::NAME, error = %Causes(&error), "the broker is waited for");
            }
            Err(error) => return Err(error.into()),
        }
        let (lease, leases, listeners) = (options.lease, sink.clone(), options.listeners.get());
        let listening = Listening { handler, inbox, sink, store, transport, options };
        startup.keep(sole::start_several(leases, log, name, lease, listeners, listening));
        Ok(())
    }
}
