use crate::{
    Failure,
    account::{Account, AccountId, Balances, Deposited},
    drive::{Job, each_of},
    figure::{Figure, percentile},
    place::{Lifecycle, Place},
};
use factum::{Aggregate, App, Append, NewEvent, Receipt, View, projections::AppExt};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

const ACCOUNTS: u64 = 2_000;
const TASKS: u64 = 32;
const APPENDS: u64 = 10_000;
/// What one client waits for, one after the other.
const WAITS: u64 = 500;
/// Lifecycles of one projection.
const LIFECYCLES: [Lifecycle; 3] = [Lifecycle::Async, Lifecycle::Inline, Lifecycle::Live];

/// What each lifecycle of a projection costs an append, and how long it takes until its event is in the document that is read.
pub(crate) async fn measure(place: &Place, repeat: usize) -> Result<Vec<Figure>, Failure> {
    let figure = |metric: &str, lifecycle: Lifecycle, unit| {
        Figure::new(place.who(), format!("{metric}, {lifecycle}"), unit)
    };
    let mut appends = LIFECYCLES
        .map(|lifecycle| figure("appends of one event, 32 tasks, read model", lifecycle, "appends/s"));
    let mut visible = LIFECYCLES
        .map(|lifecycle| figure("W6 from an append to the document read, p50, read model", lifecycle, "ms"));
    for round in 0..repeat {
        for turn in 0..LIFECYCLES.len() {
            let which = (turn + round) % LIFECYCLES.len();
            let (plain, _) = of(place, Lifecycle::None).await?;
            let (rate, mut spent) = of(place, LIFECYCLES[which]).await?;
            appends[which].add(rate, Some(plain));
            visible[which].add(percentile(&mut spent, 0.5), None);
        }
    }
    for figure in &mut appends {
        figure.note(format!("{APPENDS} appends to {ACCOUNTS} streams"));
        figure.note_floor("without a read model");
    }
    for figure in &mut visible {
        figure.note(format!("{WAITS} times, one client: append, wait for it where that is needed, read"));
    }
    Ok(appends.into_iter().chain(visible).collect())
}

/// The rate of appends, and how long one client takes, in milliseconds, from an append to having its document.
async fn of(place: &Place, lifecycle: Lifecycle) -> Result<(f64, Vec<f64>), Failure> {
    let made = place.make().await?;
    let app = made.store.app(lifecycle).await?;
    let job = Arc::new(Appends(app.clone()));
    // What a new log has to learn, such as its streams, is not counted.
    each_of(TASKS, 0..ACCOUNTS, &job).await?;
    made.analyze().await?;
    let rate = each_of(TASKS, ACCOUNTS..ACCOUNTS + APPENDS, &job).await?;
    app.caught_up().await?;
    let mut spent = Vec::new();
    if lifecycle != Lifecycle::None {
        for n in 0..WAITS {
            let began = Instant::now();
            let account = AccountId::nth(n % ACCOUNTS);
            let receipt = append(&app, &account, n).await?;
            if lifecycle == Lifecycle::Async {
                app.wait_for::<Balances>(&receipt).await?;
            }
            app.ask(Balances::get(account)).await?.ok_or("there is no document")?;
            spent.push(millis(began.elapsed()));
        }
    }
    app.shutdown().await;
    Ok((rate, spent))
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

async fn append(app: &App, account: &AccountId, n: u64) -> Result<Receipt, Failure> {
    let event = NewEvent::of(Account::stream(account)?, &Deposited::new(n))?;
    Ok(app.store().append_one(Append::new([event])).await?)
}

struct Appends(App);

impl Job for Appends {
    async fn run(&self, n: u64) -> Result<(), Failure> {
        append(&self.0, &AccountId::nth(n % ACCOUNTS), n).await.map(drop)
    }
}
