//! Processes that do the same work together, while each of them is killed or held up now and then.

use crate::{
    Result,
    child::{Child, Signal},
    plan::Blow,
};
use std::{fmt, time::Instant};
use tokio::time::{Duration, sleep_until};

/// Starts the process with a number.
type Start = Box<dyn Fn(usize) -> Result<Child>>;

/// The processes, by number.
pub(crate) struct Nodes {
    start: Start,
    nodes: Vec<Option<Child>>,
    /// When those that are down or held up go on.
    later: Vec<(Instant, usize)>,
    pub(crate) harm: Harm,
}

/// How often something was done to them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Harm {
    pub(crate) killed: u32,
    pub(crate) paused: u32,
}

impl fmt::Display for Harm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nodes killed {} times, held up {} times", self.killed, self.paused)
    }
}

impl Nodes {
    /// Starts so many, and waits until they are ready.
    pub(crate) async fn start(count: u8, start: impl Fn(usize) -> Result<Child> + 'static) -> Result<Self> {
        let mut nodes =
            Self { start: Box::new(start), nodes: Vec::new(), later: Vec::new(), harm: Harm::default() };
        nodes.start_again(count).await?;
        Ok(nodes)
    }

    /// Ends all of them, and starts so many.
    pub(crate) async fn start_again(&mut self, count: u8) -> Result<()> {
        self.later.clear();
        for node in self.nodes.drain(..).flatten() {
            node.kill().await?;
        }
        for number in 0..usize::from(count) {
            self.nodes.push(Some((self.start)(number)?));
        }
        for node in self.nodes.iter_mut().flatten() {
            node.wait_until(|heard| heard.is_ready).await?;
        }
        Ok(())
    }

    /// Those that are there.
    pub(crate) fn running(&mut self) -> impl Iterator<Item = &mut Child> {
        self.nodes.iter_mut().flatten()
    }

    /// Does what is planned, from now until `until`; in the end all of them are there.
    pub(crate) async fn disturb(&mut self, blows: Vec<(Duration, Blow)>, time: Duration) -> Result<()> {
        let begun = Instant::now();
        for (at, blow) in blows {
            self.wait(begun + at).await?;
            match blow {
                Blow::Kill { node, down } => {
                    if let Some(child) = self.nodes[node].take() {
                        child.kill().await?;
                        self.harm.killed += 1;
                        self.goes_on(node, down);
                    }
                }
                Blow::Pause { node, time } => {
                    let is_busy = self.later.iter().any(|(_, later)| *later == node);
                    if let Some(child) = self.nodes[node].as_ref().filter(|_| !is_busy) {
                        child.signal(Signal::Stop).await?;
                        self.harm.paused += 1;
                        self.goes_on(node, time);
                    }
                }
            }
        }
        self.wait(begun + time).await?;
        while let Some((last, _)) = self.later.iter().max().copied() {
            self.wait(last).await?;
        }
        Ok(())
    }

    fn goes_on(&mut self, node: usize, after: Duration) {
        self.later.retain(|(_, later)| *later != node);
        self.later.push((Instant::now() + after, node));
    }

    /// Until then, and has those go on whose time has come.
    async fn wait(&mut self, until: Instant) -> Result<()> {
        loop {
            self.later.sort_unstable();
            match self.later.first().copied() {
                Some((at, node)) if at <= until => {
                    sleep_until(at.into()).await;
                    self.later.remove(0);
                    match &self.nodes[node] {
                        Some(child) => child.signal(Signal::Continue).await?,
                        None => self.nodes[node] = Some((self.start)(node)?),
                    }
                }
                _ => {
                    sleep_until(until.into()).await;
                    return Ok(());
                }
            }
        }
    }
}
