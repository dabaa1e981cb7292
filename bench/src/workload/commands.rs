use crate::{
    account::{AccountId, Pay},
    figure::{Figure, rate},
    floor::Floor,
    place::{Place, Store},
};
use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

/// Load, decide, append: `commands` of them over `accounts`, from `tasks` tasks. Each is durable when it returns,
/// where the store is.
pub(crate) async fn measure(
    place: &Place,
    repeat: usize,
    metric: &'static str,
    tasks: u64,
    commands: u64,
    accounts: u64,
) -> Result<Figure, Box<dyn Error>> {
    let mut figure = Figure::new(
        place.who(),
        metric,
        "cmd/s",
        "floor: a SELECT of the stream and a one-row INSERT, 1 client",
    );
    for _ in 0..repeat {
        let folder = place.folder()?;
        let floor = match place {
            Place::Memory => None,
            Place::Sqlite(_) => Some(Floor::open(&folder.path().join("floor.db"))?.commands(2_000, 200)?),
        };
        let app = Store::make(place, &folder).await?.write_side().await?;
        let next = Arc::new(AtomicU64::new(0));
        let from = Instant::now();
        let running: Vec<_> = (0..tasks)
            .map(|_| {
                let (app, next) = (app.clone(), Arc::clone(&next));
                tokio::spawn(async move {
                    loop {
                        let n = next.fetch_add(1, Relaxed);
                        if n >= commands {
                            return Ok(());
                        }
                        app.send(Pay { account: AccountId::from(n % accounts) })
                            .await
                            .map_err(|e| e.to_string())?;
                    }
                })
            })
            .collect();
        for task in running {
            task.await?.map_err(|error: String| error)?;
        }
        figure.add(rate(commands, from), floor);
    }
    Ok(figure)
}
