use crate::{
    runner::{OnFailure, Runner},
    subscription::Start,
};
use factum_core::process::{ProcessManager, Processing};
use std::{fmt, num::NonZeroUsize, time::Duration};

/// How a process is run: `App::builder(store).run_process(ProcessRunner::<Registration>::new().partitions(8))`.
#[must_use = "it is run by `AppBuilderExt::run_process`"]
pub struct ProcessRunner<P: ProcessManager> {
    pub(super) runner: Runner<Processing<P>>,
    pub(super) at_once: NonZeroUsize,
}

impl<P: ProcessManager> ProcessRunner<P> {
    /// Runs `P` in one partition, beginning with the events that are appended after it has run for the first time.
    pub const fn new() -> Self {
        let at_once = NonZeroUsize::new(16).expect("16 is not 0");
        Self { runner: Runner::new(Processing::new()).from(Start::Now), at_once }
    }

    /// Parts its instances into so many partitions, which react to events at the same time, on this node and on others; see
    /// [`Runner::partitions`].
    ///
    /// # Panics
    /// With 0.
    pub fn partitions(mut self, partitions: u16) -> Self {
        self.runner = self.runner.partitions(partitions);
        self
    }

    /// Where it begins when it runs for the first time; by default with what is appended after that, since to react to what
    /// happened long ago means to send commands about it. Afterwards it goes on where it was.
    pub fn from(mut self, start: Start) -> Self {
        self.runner = self.runner.from(start);
        self
    }

    /// What becomes of an event to which it cannot react; by default it is put into quarantine, with what follows in the same
    /// instance.
    pub fn on_failure(mut self, on_failure: OnFailure) -> Self {
        self.runner = self.runner.on_failure(on_failure);
        self
    }

    /// For how long a partition, and the agent's work, stay with a node that says nothing; see [`Runner::lease`].
    pub fn lease(mut self, time: Duration) -> Self {
        self.runner = self.runner.lease(time);
        self
    }

    /// How many commands are under way at a time, each of another instance; by default 16.
    ///
    /// # Panics
    /// With 0.
    pub const fn at_once(mut self, commands: usize) -> Self {
        self.at_once = NonZeroUsize::new(commands).expect("at least one command at a time");
        self
    }
}

impl<P: ProcessManager> Default for ProcessRunner<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: ProcessManager> Clone for ProcessRunner<P> {
    fn clone(&self) -> Self {
        Self { runner: self.runner.clone(), at_once: self.at_once }
    }
}

impl<P: ProcessManager> fmt::Debug for ProcessRunner<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessRunner").field("runner", &self.runner).field("at_once", &self.at_once).finish()
    }
}
