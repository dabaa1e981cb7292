use super::{Run, calm::DEADLINE};
use crate::{
    Result,
    plan::{Harm, Round},
    verifier::lock,
};
use factum_store_postgres::sqlx;
use std::time::{Duration, Instant};
use tokio::time::{sleep, sleep_until, timeout};

/// Ends one of the connections of writers and subscribers.
const TERMINATE: &str = "
    SELECT pg_terminate_backend(a.pid)
    FROM pg_stat_activity a
    WHERE a.application_name LIKE 'chaos-%'
    ORDER BY hashint4extended(a.pid, $1)
    LIMIT 1";

impl Run {
    /// Does what is planned, and waits until all writers get on again.
    pub(super) async fn disturb(&mut self, plan: &Round, begun: Instant) -> Result<()> {
        let mut at_restart = self.processes.heard();
        for (at, harm) in &plan.harm {
            sleep_until((begun + *at).into()).await;
            match *harm {
                Harm::Server { down } => {
                    self.restart(down).await?;
                    at_restart = self.processes.heard();
                }
                Harm::Backend(which) => self.terminate(which).await,
                Harm::Subscriber(number) => self.processes.kill_subscriber(number).await?,
                Harm::Writer(number) => {
                    self.processes.kill_writer(number).await?;
                    at_restart[number] = Default::default();
                }
            }
        }
        for (writer, before) in self.processes.writers.iter_mut().zip(at_restart) {
            let gets_on = writer.child.wait_until(|heard| heard.acknowledged > before.acknowledged);
            if !matches!(timeout(DEADLINE, gets_on).await, Ok(Ok(()))) {
                let name = writer.child.name();
                return Err(format!(
                    "{name} has had nothing acknowledged since it or the server was started"
                )
                .into());
            }
        }
        Ok(())
    }

    async fn restart(&self, down: Duration) -> Result<()> {
        self.cluster.kill9().await?;
        lock(&self.ledger).tally.servers += 1;
        sleep(down).await;
        Ok(self.cluster.start().await?)
    }

    /// Nothing happens if the server was killed just now.
    async fn terminate(&self, which: i64) {
        let terminated =
            sqlx::query_scalar::<_, bool>(TERMINATE).bind(which).fetch_optional(self.store.pool());
        if let Ok(Some(true)) = terminated.await {
            lock(&self.ledger).tally.backends += 1;
        }
    }
}
