use super::Run;
use crate::{Result, world::View};
use factum_core::{CheckpointKey, CheckpointStore as _, EventReader as _};
use factum_store_postgres::sqlx;
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// In which everything has to happen after the harm is done.
pub(super) const DEADLINE: Duration = Duration::from_secs(30);
/// How often to look whether it has.
const AGAIN: Duration = Duration::from_millis(20);

/// The last event; whether a transaction may still append; whether a connection of a killed process ($1) is left.
const QUIET: &str = "
    SELECT (SELECT coalesce(max(position), 0) FROM factum.events),
        EXISTS (SELECT FROM pg_locks WHERE relation = 'factum.positions'::regclass AND mode = 'RowExclusiveLock')
        OR EXISTS (SELECT FROM pg_stat_activity WHERE application_name = ANY ($1))";

impl Run {
    /// Has the writers rest, and waits for everybody to have come to the end of the log, which it returns.
    pub(super) async fn calm_down(&mut self) -> Result<u64> {
        timeout(DEADLINE, self.processes.rest()).await.map_err(|_| "the writers do not come to rest")??;
        let begun = Instant::now();
        let killed = std::mem::take(&mut self.processes.killed);
        let head = loop {
            let found = self.end_of_log(&killed).await;
            match found {
                Ok((head, end, false)) if head == end => break head,
                _ if begun.elapsed() < DEADLINE => sleep(AGAIN).await,
                Ok((head, end, _)) => {
                    let health = self.store.health();
                    return Err(
                        format!("the log ends at {end} and can be read up to {head}: {health:?}").into()
                    );
                }
                Err(error) => return Err(error),
            }
        };
        for view in View::ALL {
            self.wait_for(view, head).await?;
        }
        Ok(head)
    }

    /// Up to where the log can be read; where it ends; whether more may come.
    async fn end_of_log(&self, killed: &[String]) -> Result<(u64, u64, bool)> {
        let quiet = sqlx::query_as(QUIET).bind(killed);
        let (end, is_busy): (i64, bool) = quiet.fetch_one(self.store.pool()).await?;
        let head = self.store.head().await?;
        Ok((head.get(), end as u64, is_busy))
    }

    async fn wait_for(&self, view: View, head: u64) -> Result<()> {
        let key = CheckpointKey::new(view.consumer(), self.store.log_id());
        let begun = Instant::now();
        loop {
            let at = self.store.checkpoint(&key).await?.map_or(0, |checkpoint| checkpoint.position.get());
            if at >= head {
                return Ok(());
            }
            if begun.elapsed() > DEADLINE {
                let name = view.name();
                return Err(
                    format!("{name} stands at {at} and does not come to the end of the log, {head}").into()
                );
            }
            sleep(AGAIN).await;
        }
    }
}
