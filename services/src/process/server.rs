use super::{Process, Signal, wait_until_ready};
use crate::{Error, folder::Folder};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::task;

/// A server that can be ended and started again: a folder, in which a process runs or does not.
#[derive(Debug)]
pub(crate) struct Server {
    // The first field, so that it ends before its folder is waited for.
    process: Mutex<Option<Process>>,
    folder: Folder,
}

impl Server {
    /// One that has not been started.
    pub(crate) const fn new(folder: Folder) -> Self {
        Self { process: Mutex::new(None), folder }
    }

    pub(crate) const fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Starts it by `launch`, and waits until it `answers`. Where it runs, nothing happens.
    pub(crate) async fn start<F: Future<Output = Result<bool, Error>>>(
        &self,
        launch: impl FnOnce(&Folder) -> Result<Process, Error>,
        answers: impl Fn() -> F,
    ) -> Result<(), Error> {
        {
            let mut process = self.process();
            if process.as_mut().is_some_and(Process::is_running) {
                return Ok(());
            }
            *process = Some(launch(&self.folder)?);
        }
        wait_until_ready(answers, || self.running(Process::check)).await
    }

    /// Ends it, and waits until all its processes have ended. Where it does not run, nothing happens.
    pub(crate) async fn end(&self, signal: Signal) -> Result<(), Error> {
        let Some(process) = self.process().take() else { return Ok(()) };
        let ended = task::spawn_blocking(move || process.end(signal)).await;
        ended.map_err(|e| Error::refused("stopping a server", &e))?
    }

    /// Does something with the process, which is an error where none runs.
    pub(crate) fn running<T>(&self, then: impl FnOnce(&mut Process) -> Result<T, Error>) -> Result<T, Error> {
        self.process().as_mut().map_or_else(
            || Err(Error::program("a server", "it was stopped before it was ready, or does not run")),
            then,
        )
    }

    fn process(&self) -> MutexGuard<'_, Option<Process>> {
        // What is in it is replaced as a whole.
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
