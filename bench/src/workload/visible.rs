use crate::{
    Failure,
    account::{Account, AccountId, Balances, Deposited},
    drive::{Job, each},
    figure::{Figure, percentile},
    place::Place,
};
use factum::{Aggregate, App, Append, NewEvent, projections::AppExt};
use std::time::{Duration, Instant};
use tokio::{task::JoinSet, time::sleep_until};

const ACCOUNTS: u64 = 2_000;
const TASKS: u64 = 32;
/// Appends from which the full load is known, and for how long half of it is measured.
const FULL: u64 = 10_000;
const TIME: Duration = Duration::from_secs(3);
/// Of so many appends, one is waited for.
const EVERY: u64 = 8;

/// From the return of an append to a document that has its event, while there is half as much to do as can be done: appends
/// come at fixed times, however long those before take.
pub(crate) async fn measure(place: &Place, repeat: usize) -> Result<[Figure; 2], Failure> {
    let mut figures = ["p50", "p99"].map(|which| {
        Figure::new(place.who(), format!("W6 append to visible document at half load, {which}"), "ms")
    });
    let mut loads = Vec::new();
    for _ in 0..repeat {
        let made = place.make().await?;
        let app = made.store.read_side(1).await?;
        let full = each(TASKS, 0..FULL, Appends(app.clone())).await?;
        app.caught_up().await?;
        let load = full / 2.0;
        loads.push(format!("{load:.0}"));
        let mut spent = half(&app, load).await?;
        figures[0].add(percentile(&mut spent, 0.5), None);
        figures[1].add(percentile(&mut spent, 0.99), None);
        app.shutdown().await;
    }
    for figure in &mut figures {
        figure.note(format!("at {} appends/s of one event, one partition", loads.join(", ")));
    }
    Ok(figures)
}

/// How long it took, in milliseconds.
async fn half(app: &App, load: f64) -> Result<Vec<f64>, Failure> {
    let (begun, count) = (Instant::now(), (load * TIME.as_secs_f64()) as u64);
    let mut running = JoinSet::new();
    for n in 0..count {
        sleep_until((begun + Duration::from_secs_f64(n as f64 / load)).into()).await;
        let app = app.clone();
        running.spawn(async move {
            let receipt = append(&app, FULL + n).await?;
            if !n.is_multiple_of(EVERY) {
                return Ok::<_, Failure>(None);
            }
            let returned = Instant::now();
            app.wait_for::<Balances>(&receipt).await?;
            Ok(Some(returned.elapsed().as_secs_f64() * 1e3))
        });
    }
    let mut spent = Vec::new();
    while let Some(ended) = running.join_next().await {
        spent.extend(ended??);
    }
    Ok(spent)
}

async fn append(app: &App, n: u64) -> Result<factum::Receipt, Failure> {
    let stream = Account::stream(&AccountId::nth(n % ACCOUNTS))?;
    let event = NewEvent::of(stream, &Deposited::new(n))?;
    Ok(app.store().append_one(Append::new([event])).await?)
}

struct Appends(App);

impl Job for Appends {
    async fn run(&self, n: u64) -> Result<(), Failure> {
        append(&self.0, n).await.map(drop)
    }
}
