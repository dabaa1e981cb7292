use crate::{
    Failure,
    account::{AccountId, Pay},
    drive::{Job, each},
    figure::{Figure, alternate},
    place::Place,
};
use factum::App;
use std::{
    ops::Range,
    time::{Duration, Instant},
};

const WARM_UP: Duration = Duration::from_millis(500);

/// How many commands, for how many accounts, from how many tasks.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) tasks: u64,
    pub(crate) commands: u64,
    pub(crate) accounts: u64,
}

impl Load {
    /// Load, decide, append; all of them must succeed. The first account has the number `first`. Commands per second.
    pub(crate) async fn run(self, app: App, first: u64) -> Result<f64, Failure> {
        self.run_part(app, first, 0..self.commands).await
    }

    /// Only these of the commands.
    pub(crate) async fn run_part(self, app: App, first: u64, commands: Range<u64>) -> Result<f64, Failure> {
        let job = Commands { app, accounts: self.accounts, first };
        each(self.tasks, commands, job).await
    }
}

struct Commands {
    app: App,
    accounts: u64,
    first: u64,
}

impl Job for Commands {
    async fn run(&self, n: u64) -> Result<(), Failure> {
        let account = AccountId::nth(self.first + n % self.accounts);
        self.app.send(Pay { account, times: 1 }).await?;
        Ok(())
    }
}

/// Measures a load beside a floor of one client.
pub(crate) async fn measure(
    place: &Place,
    repeat: usize,
    metric: &str,
    load: Load,
) -> Result<Figure, Failure> {
    let mut figure = Figure::new(place.who(), metric, "cmd/s");
    // Where there is no disk to wait for, the first rounds would mostly measure the memory that they ask the system for,
    // and a processor that has just woken.
    let warm_up = if matches!(place, Place::Memory) { WARM_UP } else { Duration::ZERO };
    let (begun, mut measured) = (Instant::now(), 0);
    while measured < repeat {
        let counts = begun.elapsed() >= warm_up;
        let made = place.make().await?;
        let floor = async {
            match &made.floor {
                Some(floor) => floor.commands().await.map(Some),
                None => Ok(None),
            }
        };
        let app = made.store.write_side().await?;
        let (ours, floor) = alternate(measured, load.run(app, 0), floor).await?;
        if counts {
            figure.add(ours, floor);
            measured += 1;
        }
    }
    figure.note_floor("a SELECT of the stream and a one-row INSERT, 1 client");
    Ok(figure)
}
