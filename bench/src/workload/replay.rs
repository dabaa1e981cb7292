use crate::{
    account::{Account, AccountId, Deposited},
    figure::{Figure, rate},
    place::Place,
};
use factum::{Aggregate, App, Append, EventAppender, NewEvent, projections::AppExt};
use std::{error::Error, time::Instant};

const EVENTS: u64 = 100_000;
const ACCOUNTS: u64 = 2_000;

/// A document for each of 2,000 accounts, from 100,000 events, checkpoint and documents durable.
pub(crate) async fn measure(place: &Place, repeat: usize) -> Result<Figure, Box<dyn Error>> {
    let mut figure = Figure::new(place.who(), "W5 catch-up projection", "events/s");
    for _ in 0..repeat {
        let made = place.make().await?;
        let mut floor = None;
        if let Some(bare) = &made.floor {
            bare.fill(EVENTS, ACCOUNTS)?;
            floor = Some(bare.read_log()?);
        }
        // The events are there before the projection starts, as when a new read model is added.
        fill(&made.store.write_side().await?).await?;
        let from = Instant::now();
        let app = made.store.read_side().await?;
        app.caught_up().await?;
        figure.add(rate(EVENTS, from), floor);
        app.shutdown().await;
    }
    figure.note(format!("{EVENTS} events stored"));
    figure.note_floor("SELECT, decoded from JSON");
    Ok(figure)
}

async fn fill(app: &App) -> Result<(), Box<dyn Error>> {
    for first in (0..EVENTS).step_by(1_000) {
        let event = |n| {
            NewEvent::of(Account::stream(&AccountId::nth(n % ACCOUNTS))?, &Deposited::new(n))
                .map_err(Box::from)
        };
        let events = (first..first + 1_000).map(event).collect::<Result<Vec<_>, Box<dyn Error>>>()?;
        app.store().append_one(Append::new(events)).await?;
    }
    Ok(())
}
