use super::{faulty::Faulty, inside::Inside, plan::Way, replay::Replay};
use crate::given::{Log, causes};
use factum_core::{LogId, Position, app::Running as _, projection::Project, sink::Sink};
use factum_projections::{OnFailure, Runner, runner::Waiter};
use std::{cell::Cell, sync::Arc, time::Duration};
use tokio::{runtime::Builder, select, time::timeout};

/// For how long a projection may come no further.
const STANDSTILL: Duration = Duration::from_secs(60);

/// Runs a projection over a log, each time into a new sink.
pub(super) struct Runs<F, S, R> {
    projection: F,
    sink: S,
    read: R,
    events: Arc<Log>,
    log: LogId,
    made: Cell<usize>,
}

impl<F, S, R> Runs<F, S, R> {
    pub(super) fn new(projection: F, sink: S, read: R, log: Log) -> Self {
        let (events, made) = (Arc::new(log), Cell::new(0));
        Self { projection, sink, read, events, log: LogId::random(), made }
    }

    /// The read model that one way leads to; or in words, why there is none.
    pub(super) fn outcome<P, K, M>(&self, way: &Way) -> Result<M, String>
    where
        K: Sink,
        P: Project<K>,
        F: Fn() -> P,
        S: AsyncFn(usize) -> K,
        R: AsyncFn(&K) -> M,
    {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("no runtime can be started: {error}"))?;
        // What crashes is a task that never goes on; it is gone with the runtime.
        runtime.block_on(async {
            self.made.set(self.made.get() + 1);
            let sink = (self.sink)(self.made.get()).await;
            self.run(way, sink.clone()).await?;
            Ok((self.read)(&sink).await)
        })
    }

    async fn run<P, K>(&self, way: &Way, sink: K) -> Result<(), String>
    where
        K: Sink,
        P: Project<K>,
        F: Fn() -> P,
    {
        let log = Replay::new(self.log, Arc::clone(&self.events), way.cut());
        let sink = Faulty::new(sink, way.faults());
        for to in way.restarts().iter().copied().chain([log.end()]) {
            log.show(to);
            loop {
                let runner = Runner::new(Inside((self.projection)())).partitions(way.partitions());
                let runner = runner.on_failure(OnFailure::Stop).lease(way.lease());
                let running = runner.start(sink.clone(), log.clone()).map_err(|error| causes(&error))?;
                let waiter = running.waiter();
                select! {
                    biased;
                    () = sink.crashed() => continue,
                    done = reached(&waiter, to) => done?,
                }
                running.stop().await;
                break;
            }
        }
        Ok(())
    }
}

async fn reached(waiter: &Waiter, to: Position) -> Result<(), String> {
    let position = || waiter.progress().map(|progress| progress.position);
    loop {
        let before = position();
        match timeout(STANDSTILL, waiter.reached(to)).await {
            Ok(done) => return done.map_err(|error| causes(&error)),
            Err(_) if position() > before => {}
            Err(_) => {
                let (at, minute) = (before.unwrap_or_default(), STANDSTILL.as_secs());
                return Err(format!("after position {at} nothing has happened for {minute} s"));
            }
        }
    }
}
