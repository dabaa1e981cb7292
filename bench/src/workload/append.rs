use crate::{
    Failure,
    account::{Account, AccountId, Deposited, Pay},
    figure::{Figure, alternate, rate},
    place::{Made, Place},
};
use factum::{Aggregate, Append, EventAppender, ExpectedVersion, NewEvent};
use std::time::Instant;

const APPENDS: u64 = 2_000;
const EVENTS: u64 = 10;

/// Appends of ten events, each to a new account; and commands that do the same, which look first whether it is there.
pub(crate) async fn measure(place: &Place, repeat: usize) -> Result<[Figure; 2], Failure> {
    let mut appends = Figure::new(place.who(), "W3 append batches of 10", "events/s");
    let mut commands = Figure::new(place.who(), "commands of 10 events, each on a new account", "events/s");
    for round in 0..repeat {
        let made = place.make().await?;
        let (ours, floor) = alternate(round, append(&made), floor(&made)).await?;
        appends.add(ours, floor);
        let made = place.make().await?;
        let (ours, floor) = alternate(round, send(&made), self::floor(&made)).await?;
        commands.add(ours, floor);
    }
    let mut figures = [appends, commands];
    figures.iter_mut().for_each(|figure| figure.note_floor(place.batch()));
    Ok(figures)
}

async fn floor(made: &Made) -> Result<Option<f64>, Failure> {
    match &made.floor {
        Some(floor) => floor.batches(APPENDS, EVENTS).await.map(Some),
        None => Ok(None),
    }
}

async fn append(made: &Made) -> Result<f64, Failure> {
    let app = made.store.write_side().await?;
    let from = Instant::now();
    for n in 0..APPENDS {
        let stream = Account::stream(&AccountId::nth(n))?;
        let event = |version| NewEvent::of(stream.clone(), &Deposited::new(version));
        let events = (1..=EVENTS).map(event).collect::<Result<Vec<_>, _>>()?;
        let append = Append::new(events).expect(stream, ExpectedVersion::NoStream);
        app.store().append_one(append).await?;
    }
    Ok(rate(APPENDS * EVENTS, from))
}

async fn send(made: &Made) -> Result<f64, Failure> {
    let app = made.store.write_side().await?;
    let from = Instant::now();
    for n in 0..APPENDS {
        app.send(Pay { account: AccountId::nth(n), times: EVENTS }).await?;
    }
    Ok(rate(APPENDS * EVENTS, from))
}
