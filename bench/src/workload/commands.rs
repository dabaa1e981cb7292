use crate::{
    account::{AccountId, Pay},
    figure::{Figure, rate},
    place::Place,
};
use factum::App;
use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

const WARM_UP: Duration = Duration::from_millis(500);

/// Load, decide, append: `commands` of them over `accounts`, from `tasks` tasks. All of them must succeed.
pub(crate) async fn measure(
    place: &Place,
    repeat: usize,
    metric: &str,
    tasks: u64,
    commands: u64,
    accounts: u64,
) -> Result<Figure, Box<dyn Error>> {
    let mut figure = Figure::new(place.who(), metric, "cmd/s");
    // Where there is no disk to wait for, the first rounds would mostly measure the memory that they ask the system for,
    // and a processor that has just woken.
    let warm_up = if matches!(place, Place::Memory) { WARM_UP } else { Duration::ZERO };
    let (begun, mut measured) = (Instant::now(), 0);
    while measured < repeat {
        let counts = begun.elapsed() >= warm_up;
        let made = place.make().await?;
        let floor = made.floor.as_ref().map(|floor| floor.commands(2_000, 200)).transpose()?;
        let app = made.store.write_side().await?;
        let next = Arc::new(AtomicU64::new(0));
        let from = Instant::now();
        if tasks == 1 {
            client(app, &next, commands, accounts).await?;
        } else {
            let running: Vec<_> = (0..tasks)
                .map(|_| {
                    let (app, next) = (app.clone(), Arc::clone(&next));
                    tokio::spawn(async move { client(app, &next, commands, accounts).await })
                })
                .collect();
            for task in running {
                task.await??;
            }
        }
        let rate = rate(commands, from);
        if counts {
            figure.add(rate, floor);
            measured += 1;
        }
    }
    figure.note_floor("a SELECT of the stream and a one-row INSERT, 1 client");
    Ok(figure)
}

/// One command after the other, until all are done.
async fn client(app: App, next: &AtomicU64, commands: u64, accounts: u64) -> Result<(), String> {
    loop {
        let n = next.fetch_add(1, Relaxed);
        if n >= commands {
            return Ok(());
        }
        let command = Pay { account: AccountId::nth(n % accounts), times: 1 };
        app.send(command).await.map_err(|error| format!("command {n}: {error}"))?;
    }
}
