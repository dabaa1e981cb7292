//! One run: the commands in one order.

use super::{end::Outcome, gate::Gate, search::Search};
use futures_util::future::LocalBoxFuture;
use std::{
    any::Any,
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

/// Steps after which a run is taken to go on for ever: commands that conflict again and again take two per attempt.
const STEPS: usize = 1_000;

/// How long, on the paused clock, a command may rest before others go on without it. Longer than pauses between
/// attempts, shorter than timeouts.
const REST: Duration = Duration::from_secs(2);

/// How long, on the paused clock, all commands may rest before they are taken to wait for each other.
const STANDSTILL: Duration = Duration::from_secs(600);

/// Why a run did not come to its end.
#[derive(Debug)]
pub(super) enum Broken {
    /// A command panicked.
    Panicked { command: usize, message: String },
    /// These commands wait, and not for the store.
    Deadlock(Vec<usize>),
    /// It takes too many steps.
    Endless,
    /// The commands took other steps than before in the same order.
    Changed,
    /// Commands ran where their calls cannot be told apart.
    Unseen(usize),
}

/// A command that is polled by hand.
struct Running {
    /// `None` once it has ended.
    future: Option<LocalBoxFuture<'static, Outcome>>,
    outcome: Option<Outcome>,
    bell: Arc<Bell>,
    waker: Waker,
    /// Whether time has been given to it since it was polled last.
    rested: bool,
}

/// Tells which command is to be polled again, and wakes the run.
#[derive(Default)]
struct Bell {
    rung: AtomicBool,
    run: Arc<Mutex<Option<Waker>>>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Ordering::SeqCst);
        let run = self.run.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(run) = run {
            run.wake();
        }
    }
}

/// Runs the commands to their end, in the order that `search` chooses. To be polled without a budget, on a runtime whose
/// time is paused.
pub(super) async fn run(
    commands: Vec<LocalBoxFuture<'static, Outcome>>,
    gate: &Gate,
    search: &mut Search,
) -> Result<Vec<Outcome>, Broken> {
    let mut run = Run::new(commands, gate);
    loop {
        run.settle().await?;
        let waiting = gate.waiting();
        if !waiting.is_empty() {
            if gate.steps() >= STEPS {
                return Err(Broken::Endless);
            }
            let place = search.choose(waiting.len()).map_err(|_| Broken::Changed)?;
            gate.open(waiting[place]);
        } else if let Some(outcomes) = run.outcomes() {
            return match (0..outcomes.len()).find(|command| !gate.has_passed(*command)) {
                Some(command) if !matches!(outcomes[command], Outcome::Failed(_)) => {
                    Err(Broken::Unseen(command))
                }
                _ => Ok(outcomes),
            };
        } else if !run.rings_within(STANDSTILL).await {
            return Err(Broken::Deadlock(run.unfinished()));
        }
    }
}

struct Run<'a> {
    commands: Vec<Running>,
    gate: &'a Gate,
    waker: Arc<Mutex<Option<Waker>>>,
}

impl<'a> Run<'a> {
    fn new(commands: Vec<LocalBoxFuture<'static, Outcome>>, gate: &'a Gate) -> Self {
        let waker = Arc::new(Mutex::new(None));
        let commands = commands
            .into_iter()
            .map(|future| {
                let bell = Arc::new(Bell { rung: AtomicBool::new(true), run: Arc::clone(&waker) });
                let waker = Waker::from(Arc::clone(&bell));
                Running { future: Some(future), outcome: None, bell, waker, rested: false }
            })
            .collect();
        Self { commands, gate, waker }
    }

    /// Lets every command go on until it stands at the gate, has ended, or is blocked by another.
    async fn settle(&mut self) -> Result<(), Broken> {
        loop {
            self.poll_rung()?;
            // A pause comes to its end before anybody takes a further step. This leaves no order out: whoever has paused
            // can still be kept waiting at the gate.
            let resting = |command: &Running, index| {
                command.future.is_some() && !command.rested && !self.gate.is_waiting(index)
            };
            let any = self.commands.iter().enumerate().any(|(index, command)| resting(command, index));
            if !any || !self.rings_within(REST).await {
                self.commands.iter_mut().for_each(|command| command.rested = true);
                return Ok(());
            }
        }
    }

    fn poll_rung(&mut self) -> Result<(), Broken> {
        while let Some(index) = self.commands.iter().position(Running::is_rung) {
            let command = &mut self.commands[index];
            command.bell.rung.store(false, Ordering::SeqCst);
            command.rested = false;
            let Some(future) = command.future.as_mut() else { continue };
            self.gate.polled(Some(index));
            let mut cx = Context::from_waker(&command.waker);
            let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut cx)));
            self.gate.polled(None);
            match polled {
                Ok(Poll::Pending) => {}
                Ok(Poll::Ready(outcome)) => {
                    command.future = None;
                    command.outcome = Some(outcome);
                }
                Err(panic) => {
                    return Err(Broken::Panicked { command: index, message: message(&*panic) });
                }
            }
        }
        Ok(())
    }

    /// Lets time pass until a command can go on, at most for `limit`.
    async fn rings_within(&self, limit: Duration) -> bool {
        let rings = poll_fn(|cx| {
            *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(cx.waker().clone());
            match self.commands.iter().any(Running::is_rung) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        });
        tokio::time::timeout(limit, rings).await.is_ok()
    }

    /// What came of the commands, once all have ended.
    fn outcomes(&self) -> Option<Vec<Outcome>> {
        self.commands.iter().map(|command| command.outcome.clone()).collect()
    }

    fn unfinished(&self) -> Vec<usize> {
        (0..self.commands.len()).filter(|index| self.commands[*index].future.is_some()).collect()
    }
}

impl Running {
    fn is_rung(&self) -> bool {
        self.future.is_some() && self.bell.rung.load(Ordering::SeqCst)
    }
}

/// What a panic says.
pub(super) fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "(no message)".to_owned())
}
