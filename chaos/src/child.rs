//! A process that this one has started, from the same program.

use crate::{
    Result,
    record::{Fate, Order, Said},
};
use std::{env, process::Stdio};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child as Process, ChildStdin, ChildStdout, Command},
    sync::watch,
    task::JoinHandle,
};

/// Takes what a process says, as it comes.
pub(crate) type Listener = Box<dyn FnMut(Said) + Send>;

/// Ends when it is dropped, or when this process ends, however that ends.
pub(crate) struct Child {
    name: String,
    process: Process,
    input: ChildStdin,
    heard: watch::Receiver<Heard>,
    listening: JoinHandle<()>,
}

/// What a process can be told by the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Stop,
    Continue,
}

/// What a process has said so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Heard {
    pub(crate) is_ready: bool,
    pub(crate) acknowledged: u64,
    pub(crate) rests: u64,
    pub(crate) has_ended: bool,
}

impl Child {
    pub(crate) fn start(name: String, args: &[String], listener: Listener) -> Result<Self> {
        let mut process = Command::new(env::current_exe()?)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Who interrupts the run interrupts this process, which ends them.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let input = process.stdin.take().ok_or("a process has no input")?;
        let output = process.stdout.take().ok_or("a process has no output")?;
        let (sender, heard) = watch::channel(Heard::default());
        let listening = tokio::spawn(listen(name.clone(), output, sender, listener));
        Ok(Self { name, process, input, heard, listening })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn heard(&self) -> Heard {
        *self.heard.borrow()
    }

    pub(crate) async fn tell(&mut self, order: Order) -> Result<()> {
        let told = self.input.write_all(order.line().as_bytes()).await;
        told.map_err(|error| format!("{} cannot be told anything: {error}", self.name).into())
    }

    /// Waits until what it has said is enough. An error if it ends before.
    pub(crate) async fn wait_until(&mut self, enough: impl Fn(&Heard) -> bool) -> Result<()> {
        let heard = *self.heard.wait_for(|heard| enough(heard) || heard.has_ended).await?;
        if enough(&heard) { Ok(()) } else { Err(format!("{} has ended by itself", self.name).into()) }
    }

    /// Holds it up, or has it go on.
    pub(crate) async fn signal(&self, signal: Signal) -> Result<()> {
        let Some(id) = self.process.id() else { return Err(format!("{} has ended", self.name).into()) };
        let told = format!("kill -{} {id}", if signal == Signal::Stop { "STOP" } else { "CONT" });
        let done = Command::new("sh").args(["-c", &told]).status().await?;
        if done.success() { Ok(()) } else { Err(format!("{} cannot be signalled", self.name).into()) }
    }

    /// `kill -9`. What it had said before is heard.
    pub(crate) async fn kill(mut self) -> Result<()> {
        self.process.kill().await?;
        Ok(self.listening.await?)
    }
}

async fn listen(name: String, output: ChildStdout, heard: watch::Sender<Heard>, mut listener: Listener) {
    let mut lines = BufReader::new(output).lines();
    let mut garbled = None;
    while let Ok(Some(line)) = lines.next_line().await {
        // Half a line is what a process that was killed may have said last, and only that.
        if let Some(error) = garbled.take() {
            listener(Said::Wrong(format!("{name} has said what cannot be read: {error}")));
        }
        let said = match serde_json::from_str(&line) {
            Ok(said) => said,
            Err(error) => {
                garbled = Some(error);
                continue;
            }
        };
        let (mut is_ready, mut acknowledged, mut rests) = (false, 0, 0);
        match &said {
            Said::Ready => is_ready = true,
            Said::Done { fates, .. } => {
                let is_acknowledged = |fate: &&Fate| matches!(fate, Fate::Acknowledged { .. });
                acknowledged = fates.iter().filter(is_acknowledged).count() as u64;
            }
            Said::Rested => rests = 1,
            Said::Found { .. } | Said::Wrong(_) => {}
        }
        // First, so that who is told finds what was said.
        listener(said);
        heard.send_modify(|heard| {
            heard.is_ready |= is_ready;
            heard.acknowledged += acknowledged;
            heard.rests += rests;
        });
    }
    heard.send_modify(|heard| heard.has_ended = true);
}
