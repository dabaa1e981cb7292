use crate::{
    Result,
    args::Options,
    child::{Child, Heard},
    record::{Order, Said},
    verifier::{Ledger, lock},
    world::View,
};
use factum_services::postgres::Cluster;
use std::sync::{Arc, Mutex};

/// The processes that append and read, each in its present life.
pub(super) struct Processes {
    url: String,
    options: Options,
    ledger: Arc<Mutex<Ledger>>,
    pub(super) writers: Vec<Living>,
    pub(super) subscribers: Vec<Living>,
    /// The names of the connections of those that were killed.
    pub(super) killed: Vec<String>,
}

pub(super) struct Living {
    pub(super) child: Child,
    life: u16,
}

/// The address of the server, with a name by which a connection can be known there.
pub(super) fn url(cluster: &Cluster, name: &str) -> String {
    format!("{}?application_name={name}", cluster.url("postgres"))
}

impl Processes {
    pub(super) async fn start(
        cluster: &Cluster,
        options: &Options,
        ledger: &Arc<Mutex<Ledger>>,
    ) -> Result<Self> {
        let mut all = Self {
            url: cluster.url("postgres"),
            options: options.clone(),
            ledger: Arc::clone(ledger),
            writers: Vec::new(),
            subscribers: Vec::new(),
            killed: Vec::new(),
        };
        for number in 0..usize::from(options.writers) {
            let child = all.writer(number, 1)?;
            all.writers.push(Living { child, life: 1 });
        }
        for number in 0..View::ALL.len() {
            let child = all.subscriber(number, 1)?;
            all.subscribers.push(Living { child, life: 1 });
        }
        for living in all.writers.iter_mut().chain(&mut all.subscribers) {
            living.child.wait_until(|heard| heard.is_ready).await?;
        }
        Ok(all)
    }

    fn writer(&self, number: usize, life: u16) -> Result<Child> {
        let tasks = self.options.tasks.to_string();
        let (number, name) = (number.to_string(), format!("chaos-writer-{number}-{life}"));
        self.child("writer", name, life, &[("--number", &number), ("--tasks", &tasks)])
    }

    fn subscriber(&self, number: usize, life: u16) -> Result<Child> {
        let view = View::ALL[number].name();
        self.child("subscriber", format!("chaos-subscriber-{view}-{life}"), life, &[("--view", view)])
    }

    fn child(&self, role: &str, name: String, life: u16, more: &[(&str, &str)]) -> Result<Child> {
        let url = format!("{}?application_name={name}", self.url);
        let (life, seed) = (life.to_string(), self.options.course.seed.to_string());
        let given = [("--url", url.as_str()), ("--life", &life), ("--seed", &seed)];
        let given = given.iter().chain(more).flat_map(|(option, value)| [*option, *value]);
        let args: Vec<_> = [role].into_iter().chain(given).map(ToOwned::to_owned).collect();
        let (ledger, own) = (Arc::clone(&self.ledger), name.clone());
        Child::start(name, &args, Box::new(move |said: Said| lock(&ledger).hear(&own, said)))
    }

    /// Has all writers append.
    pub(super) async fn run(&mut self) -> Result<()> {
        for writer in &mut self.writers {
            writer.child.tell(Order::Run).await?;
        }
        Ok(())
    }

    /// Has all writers rest, once nothing of theirs is under way any more.
    pub(super) async fn rest(&mut self) -> Result<()> {
        let mut before = Vec::new();
        for writer in &mut self.writers {
            before.push(writer.child.heard().rests);
            writer.child.tell(Order::Rest).await?;
        }
        for (writer, before) in self.writers.iter_mut().zip(before) {
            writer.child.wait_until(|heard| heard.rests > before).await?;
        }
        Ok(())
    }

    /// What has been heard of each writer.
    pub(super) fn heard(&self) -> Vec<Heard> {
        self.writers.iter().map(|writer| writer.child.heard()).collect()
    }

    pub(super) async fn kill_writer(&mut self, number: usize) -> Result<()> {
        let life = self.writers[number].life + 1;
        let mut child = self.writer(number, life)?;
        child.tell(Order::Run).await?;
        let killed = std::mem::replace(&mut self.writers[number], Living { child, life });
        self.killed.push(killed.child.name().to_owned());
        killed.child.kill().await?;
        let mut ledger = lock(&self.ledger);
        // The number of a writer is small.
        ledger.killed(number as u8, killed.life);
        ledger.tally.writers += 1;
        Ok(())
    }

    pub(super) async fn kill_subscriber(&mut self, number: usize) -> Result<()> {
        let life = self.subscribers[number].life + 1;
        let child = self.subscriber(number, life)?;
        let killed = std::mem::replace(&mut self.subscribers[number], Living { child, life });
        self.killed.push(killed.child.name().to_owned());
        killed.child.kill().await?;
        lock(&self.ledger).tally.subscribers += 1;
        Ok(())
    }
}
