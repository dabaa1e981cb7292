use super::{Recurring, owner::Owner};
use crate::sole;
use async_trait::async_trait;
use factum_core::{
    Command, ConsumerName,
    app::{Component, ComponentError, Startup},
    bus::Rejection,
    sink::{Collection, DocumentSink},
    store::EventReader as _,
};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    collections::BTreeSet,
    fmt::Display,
    sync::{Arc, Mutex, PoisonError},
};

/// A schedule as a part of an app.
pub(crate) struct Schedule<C, K> {
    pub(crate) schedule: Recurring<C>,
    pub(crate) sink: K,
}

/// The names of the schedules of an app, in this sink or that.
#[derive(Default)]
struct Names(Mutex<BTreeSet<Arc<str>>>);

#[async_trait]
impl<C, K> Component for Schedule<C, K>
where
    C: Command,
    Rejection<C>: Serialize + DeserializeOwned + Display,
    K: DocumentSink,
{
    fn name(&self) -> String {
        format!("recurring {}", self.schedule.name)
    }

    async fn start(self: Box<Self>, startup: &mut Startup) -> Result<(), ComponentError> {
        let Self { schedule, sink } = *self;
        let consumer = ConsumerName::new(format!("recurring.{}", schedule.name))?;
        if startup.model::<Names>().is_none() {
            startup.provide(Names::default());
        }
        let names = startup.model::<Names>().expect("it was just provided");
        if !names.0.lock().unwrap_or_else(PoisonError::into_inner).insert(Arc::clone(&schedule.name)) {
            return Err(format!("there is another schedule called {}", schedule.name).into());
        }
        let collection = Collection::new("recurring", 1)?;
        sink.prepare(&collection).await?;
        // Whatever is due once the app runs is due for it, however long it takes until a node has it.
        let begin = match schedule.from {
            Some(time) => time,
            None => sink.now().await?,
        };
        let (leases, lease) = (sink.clone(), schedule.lease);
        let owner = Owner { schedule, sink, collection, commands: startup.commands().clone(), begin };
        startup.keep(sole::start(leases, startup.store().log_id(), consumer, lease, owner));
        Ok(())
    }
}
