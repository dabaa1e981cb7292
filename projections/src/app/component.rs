//! Projections as components of an app, and how it finds them again.

use crate::{
    live::Live,
    runner::{Runner, WaitError, Waiter},
    subscription::Start,
};
use async_trait::async_trait;
use factum_core::{
    App, ConsumerName, Position, Projection, Receipt, View,
    app::{Component, ComponentError, Startup},
    projection::{Documents, Follow, Following, Project, ProjectInline},
    sink::{InlineStore, Sink},
    store::EventReader as _,
};
use std::{
    any::type_name,
    error::Error,
    marker::PhantomData,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

pub(super) fn waiter_of<P: Projection>(app: &App) -> Result<Waiter, WaitError> {
    let of = app.model::<WaiterOf<P>>().ok_or(WaitError::NotRunning(type_name::<P>()))?;
    Ok(of.waiter.clone())
}

pub(super) fn waiters(app: &App) -> Vec<Waiter> {
    app.model::<All>().map(|all| all.lock().clone()).unwrap_or_default()
}

struct WaiterOf<P> {
    waiter: Waiter,
    projection: PhantomData<fn() -> P>,
}

/// For questions that wait.
#[async_trait]
impl Follow for Waiter {
    async fn applied(&self, receipt: &Receipt) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(Self::applied(self, receipt).await?)
    }
}

/// The projections of an app, whatever their types.
#[derive(Default)]
struct All(Mutex<Vec<Waiter>>);

impl All {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Waiter>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn register<P: Projection>(startup: &mut Startup, waiter: Waiter) {
    startup.provide(WaiterOf::<P> { waiter: waiter.clone(), projection: PhantomData });
    startup.provide(Following::<P>::new(waiter.clone()));
    if startup.model::<All>().is_none() {
        startup.provide(All::default());
    }
    if let Some(all) = startup.model::<All>() {
        all.lock().push(waiter);
    }
}

/// Two projections with one name would depose each other for ever.
fn check_name<P: Projection>(startup: &Startup) -> Result<(), ComponentError> {
    match startup.model::<All>() {
        Some(all) if all.lock().iter().any(|waiter| waiter.name() == P::NAME) => {
            Err(format!("the app has a projection named {:?} already", P::NAME).into())
        }
        _ => Ok(()),
    }
}

/// A projection that follows the log.
pub(super) struct Async<K, P> {
    pub(super) runner: Runner<P>,
    pub(super) sink: K,
}

#[async_trait]
impl<K: Sink, P: Project<K>> Component for Async<K, P> {
    fn name(&self) -> String {
        format!("projection {}", P::NAME)
    }

    async fn start(self: Box<Self>, startup: &mut Startup) -> Result<(), ComponentError> {
        let Self { runner, sink } = *self;
        start_projection(runner, sink, None, startup).await.map(drop)
    }
}

/// Starts a projection that follows the log; that of a process has an agent beside it. One that begins with what is appended from
/// now on has begun then, so that whoever is given the app can append what it must not miss.
pub(crate) async fn start_projection<K: Sink, P: Project<K>>(
    runner: Runner<P>,
    sink: K,
    agent: Option<ConsumerName>,
    startup: &mut Startup,
) -> Result<Waiter, ComponentError> {
    check_name::<P>(startup)?;
    let begins_now = matches!(runner.options.from, Start::Now | Start::At(_));
    // Here too, and not only in the runner, so that a read model that cannot be made keeps the app from starting.
    runner.projection.prepare(&sink).await?;
    runner.projection.provide(&sink, startup);
    let running = runner.start(sink.clone(), startup.store())?;
    let waiter = match agent {
        Some(agent) => running.waiter().with_agent(sink, agent),
        None => running.waiter(),
    };
    register::<P>(startup, waiter.clone());
    startup.keep(running);
    if begins_now {
        let head = startup.store().head().await?;
        before_the_app_starts(&waiter, head, waiter.runs()).await?;
    }
    Ok(waiter)
}

/// A projection that appends apply.
pub(super) struct WithAppends<S, P> {
    pub(super) runner: Runner<P>,
    pub(super) store: S,
}

#[async_trait]
impl<S: InlineStore, P: ProjectInline<S>> Component for WithAppends<S, P> {
    fn name(&self) -> String {
        format!("inline projection {}", P::NAME)
    }

    async fn start(self: Box<Self>, startup: &mut Startup) -> Result<(), ComponentError> {
        check_name::<P>(startup)?;
        let Self { runner, store } = *self;
        runner.projection.prepare(&store).await?;
        runner.projection.provide(&store, startup);
        let running = runner.start_inline(store)?;
        let (waiter, head) = (running.waiter(), startup.store().head().await?);
        register::<P>(startup, waiter.clone());
        startup.keep(running);
        // Otherwise whoever writes first would not find it in the read model.
        let caught_up = async {
            waiter.runs().await?;
            waiter.reached(head).await
        };
        Ok(before_the_app_starts(&waiter, head, caught_up).await?)
    }
}

/// Waits for a projection, and tells now and then how far it is.
async fn before_the_app_starts(
    waiter: &Waiter,
    head: Position,
    wait: impl Future<Output = Result<(), WaitError>>,
) -> Result<(), WaitError> {
    let mut wait = pin!(wait);
    loop {
        tokio::select! {
            ended = &mut wait => return ended,
            () = tokio::time::sleep(TELL) => {
                let position = waiter.progress().map(|progress| progress.position.get());
                tracing::info!(projection = waiter.name(), position, %head, "catching up before the app starts");
            }
        }
    }
}

/// How often it is told how far a projection has come that the app waits for.
const TELL: Duration = Duration::from_secs(5);

/// A view that is folded when it is read.
pub(super) struct OnDemand<V> {
    pub(super) view: V,
}

#[async_trait]
impl<V: View> Component for OnDemand<V> {
    fn name(&self) -> String {
        format!("live view {}", V::NAME)
    }

    async fn start(self: Box<Self>, startup: &mut Startup) -> Result<(), ComponentError> {
        check_name::<V>(startup)?;
        let store = startup.store();
        register::<V>(startup, Waiter::live(V::NAME, store.log_id()));
        startup.provide(Documents::<V>::new(Arc::new(Live::new(self.view, store))));
        Ok(())
    }
}
