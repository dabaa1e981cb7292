use super::{ProcessRunner, agent::Agent};
use crate::{
    app::start_projection,
    node::{Background, Node},
};
use async_trait::async_trait;
use factum_core::{
    app::{Component, ComponentError, Startup},
    lease::{Group, NodeId},
    process::{ProcessManager, Processing},
    sink::DocumentSink,
    store::EventReader as _,
};
use std::{marker::PhantomData, sync::Arc};

/// A process as a part of an app: its projection, and its agent.
pub(crate) struct Process<K, P: ProcessManager> {
    pub(crate) runner: ProcessRunner<P>,
    pub(crate) sink: K,
}

#[async_trait]
impl<K: DocumentSink, P: ProcessManager> Component for Process<K, P> {
    fn name(&self) -> String {
        format!("process {}", P::NAME)
    }

    async fn start(self: Box<Self>, startup: &mut Startup) -> Result<(), ComponentError> {
        let Self { runner: ProcessRunner { runner, at_once }, sink } = *self;
        #[cfg(feature = "metrics")]
        super::meter::describe();
        let (consumer, collection) = (Processing::<P>::agent()?, Processing::<P>::collection()?);
        let lease = runner.options.lease;
        let waiter = start_projection(runner, sink.clone(), Some(consumer.clone()), startup).await?;
        let (store, commands, node) = (startup.store(), startup.commands().clone(), NodeId::random());
        let group = Group::new(consumer, store.log_id(), 1);
        let process = PhantomData::<fn() -> P>;
        let agent = Agent { sink, store, commands, waiter, collection, at_once, node, lease, process };
        let node = Node::new(Arc::new(agent), group, node, lease);
        startup.keep(Background::start(format!("the agent of process {}", P::NAME), node));
        Ok(())
    }
}
