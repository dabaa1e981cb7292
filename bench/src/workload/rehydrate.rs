use crate::{
    Failure,
    account::{Account, AccountId, Deposited},
    figure::{Figure, PARTS, alternate, rate},
    place::Place,
};
use factum::{Aggregate, Append, EventAppender, NewEvent};
use std::time::Instant;

const EVENTS: u64 = 10_000;

/// Loads an account of 10,000 events.
pub(crate) async fn measure(place: &Place, repeat: usize) -> Result<Figure, Failure> {
    let mut figure = Figure::new(place.who(), "W4 rehydrate 10,000 events", "events/s");
    let made = place.make().await?;
    let account = AccountId::nth(7);
    if let Some(floor) = &made.floor {
        floor.fill(EVENTS, 1).await?;
    }
    let stream = Account::stream(&account)?;
    let events = (0..EVENTS)
        .map(|n| NewEvent::of(stream.clone(), &Deposited::new(n)))
        .collect::<Result<Vec<_>, _>>()?;
    made.store.write_side().await?.store().append_one(Append::new(events)).await?;
    made.analyze().await?;
    for round in 0..repeat {
        let (mut ours, mut floors) = (Vec::new(), Vec::new());
        for nth in 0..PARTS as usize {
            let floor = async {
                match &made.floor {
                    Some(floor) => floor.read_stream(0).await.map(Some),
                    None => Ok(None),
                }
            };
            // A new application, which remembers nothing.
            let app = made.store.write_side().await?;
            let load = async {
                let from = Instant::now();
                assert_eq!(app.load::<Account>(&account).await?.state.events, EVENTS);
                Ok(rate(EVENTS, from))
            };
            let (rate, floor) = alternate(round + nth, load, floor).await?;
            ours.push(rate);
            floors.extend(floor);
        }
        figure.add_parts(&ours, &floors);
    }
    figure.note_floor("SELECT, decoded from JSON");
    Ok(figure)
}
