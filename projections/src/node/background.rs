use super::{Duty, Ended, Node};
use async_trait::async_trait;
use factum_core::{Causes, app::Running};
use tokio::{sync::Mutex, task::JoinHandle};
use tokio_util::sync::{CancellationToken, DropGuard};

/// A node that runs beside an app, and has its partitions or waits for its turn.
pub(crate) struct Background {
    stop: DropGuard,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Background {
    /// Starts it; `name` is what it is called in the program's log.
    pub(crate) fn start<D: Duty>(name: String, node: Node<D>) -> Self {
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            match node.run(&stopped).await {
                Ended::Failed(error) => {
                    tracing::error!(error = %Causes(&*error), "{name} has failed and stopped");
                }
                Ended::Panicked => tracing::error!("{name} has panicked and stopped"),
                Ended::Stopped | Ended::Deposed => {}
            }
        });
        Self { stop: stop.drop_guard(), task: Mutex::new(Some(task)) }
    }
}

#[async_trait]
impl Running for Background {
    async fn stop(&self) {
        self.stop.token().cancel();
        let mut task = self.task.lock().await;
        // Taken out only once it has ended, so that whoever asks after somebody who gave up waiting waits for it too.
        if let Some(running) = task.as_mut() {
            let _ = running.await;
            *task = None;
        }
    }
}
