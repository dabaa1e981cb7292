use crate::{
    account::{Account, AccountId, Deposited},
    figure::{Figure, rate},
    floor::Floor,
    place::{Place, Store},
};
use factum::{Aggregate, Append, NewEvent, store::EventAppenderExt};
use std::{error::Error, time::Instant};

const EVENTS: u64 = 10_000;

/// Loads an account of 10,000 events.
pub(crate) async fn measure(place: &Place, repeat: usize) -> Result<Figure, Box<dyn Error>> {
    let mut figure = Figure::new(
        place.who(),
        "W4 rehydrate 10,000 events",
        "events/s",
        "floor: SELECT, decoded from JSON",
    );
    let folder = place.folder()?;
    let floor = match place {
        Place::Memory => None,
        Place::Sqlite(_) => Some(Floor::open(&folder.path().join("floor.db"))?),
    };
    if let Some(floor) = &floor {
        floor.fill(EVENTS, 1)?;
    }
    let app = Store::make(place, &folder).await?.write_side().await?;
    let account = AccountId::from(7);
    let stream = Account::stream(&account)?;
    let events = (0..EVENTS)
        .map(|n| NewEvent::of(stream.clone(), &Deposited::new(n)))
        .collect::<Result<Vec<_>, _>>()?;
    app.store().append_one(Append::new(events)).await?;
    for _ in 0..repeat.max(5) {
        let floor = floor.as_ref().map(|floor| floor.read_stream(0)).transpose()?;
        let from = Instant::now();
        assert_eq!(app.load::<Account>(&account).await?.state.events, EVENTS);
        figure.add(rate(EVENTS, from), floor);
    }
    Ok(figure)
}
