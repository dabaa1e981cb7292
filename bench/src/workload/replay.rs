use crate::{
    Failure,
    account::{Account, AccountId, Deposited},
    figure::{Figure, alternate, rate},
    place::Place,
};
use factum::{Aggregate, Append, NewEvent, projections::AppExt, store::EventStore};
use std::time::Instant;

const EVENTS: u64 = 100_000;
const ACCOUNTS: u64 = 2_000;

/// A document for each of 2,000 accounts, from 100,000 events, checkpoint and documents durable.
pub(crate) async fn measure(place: &Place, repeat: usize, metric: &str) -> Result<Figure, Failure> {
    let mut figure = Figure::new(place.who(), metric, "events/s");
    for round in 0..repeat {
        let made = place.make().await?;
        if let Some(floor) = &made.floor {
            floor.fill(EVENTS, ACCOUNTS).await?;
        }
        // The events are there before the projection starts, as when a new read model is added.
        fill(&**made.store.write_side().await?.store(), EVENTS, ACCOUNTS).await?;
        made.analyze().await?;
        let floor = async {
            match &made.floor {
                Some(floor) => floor.read_log().await.map(Some),
                None => Ok(None),
            }
        };
        let ours = async {
            let from = Instant::now();
            let app = made.store.read_side(1).await?;
            app.caught_up().await?;
            let rate = rate(EVENTS, from);
            app.shutdown().await;
            Ok(rate)
        };
        let (ours, floor) = alternate(round, ours, floor).await?;
        figure.add(ours, floor);
    }
    figure.note(format!("{EVENTS} events stored"));
    figure.note_floor("SELECT, decoded from JSON");
    Ok(figure)
}

/// Appends `events` in turn to the accounts, 1,000 at a time.
pub(crate) async fn fill(store: &dyn EventStore, events: u64, accounts: u64) -> Result<(), Failure> {
    for first in (0..events).step_by(1_000) {
        let event = |n| {
            let stream = Account::stream(&AccountId::nth(n % accounts))?;
            Ok(NewEvent::of(stream, &Deposited::new(n))?)
        };
        let events = (first..first + 1_000).map(event).collect::<Result<Vec<_>, Failure>>()?;
        store.append_one(Append::new(events)).await?;
    }
    Ok(())
}
