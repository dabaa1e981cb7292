use crate::{
    Failure,
    account::{Account, AccountId, Deposited, Pay},
    figure::{Figure, PARTS, alternate, part, rate},
    place::{Made, Place},
};
use factum::{Aggregate, App, Append, EventAppender, ExpectedVersion, NewEvent};
use std::{ops::Range, time::Instant};

const APPENDS: u64 = 2_000;
const EVENTS: u64 = 10;

/// Appends of ten events, each to a new account; and commands that do the same, which look first whether it is there.
pub(crate) async fn measure(place: &Place, repeat: usize) -> Result<[Figure; 2], Failure> {
    let mut appends = Figure::new(place.who(), "W3 append batches of 10", "events/s");
    let mut commands = Figure::new(place.who(), "commands of 10 events, each on a new account", "events/s");
    for round in 0..repeat {
        for (figure, sends) in [(&mut appends, false), (&mut commands, true)] {
            let made = place.make().await?;
            let app = made.store.write_side().await?;
            let (mut ours, mut floors) = (Vec::new(), Vec::new());
            for nth in 0..PARTS {
                let accounts = part(nth, APPENDS);
                let write = async {
                    let from = Instant::now();
                    match sends {
                        false => append(&app, accounts.clone()).await?,
                        true => send(&app, accounts.clone()).await?,
                    }
                    Ok(rate(APPENDS / PARTS * EVENTS, from))
                };
                let (rate, floor) =
                    alternate(round + nth as usize, write, floor(&made, accounts.clone())).await?;
                ours.push(rate);
                floors.extend(floor);
            }
            figure.add_parts(&ours, &floors);
        }
    }
    let mut figures = [appends, commands];
    figures.iter_mut().for_each(|figure| figure.note_floor(place.batch()));
    Ok(figures)
}

async fn floor(made: &Made, accounts: Range<u64>) -> Result<Option<f64>, Failure> {
    match &made.floor {
        Some(floor) => floor.batches(accounts, EVENTS).await.map(Some),
        None => Ok(None),
    }
}

async fn append(app: &App, accounts: Range<u64>) -> Result<(), Failure> {
    for n in accounts {
        let stream = Account::stream(&AccountId::nth(n))?;
        let event = |version| NewEvent::of(stream.clone(), &Deposited::new(version));
        let events = (1..=EVENTS).map(event).collect::<Result<Vec<_>, _>>()?;
        let append = Append::new(events).expect(stream, ExpectedVersion::NoStream);
        app.store().append_one(append).await?;
    }
    Ok(())
}

async fn send(app: &App, accounts: Range<u64>) -> Result<(), Failure> {
    for n in accounts {
        app.send(Pay { account: AccountId::nth(n), times: EVENTS }).await?;
    }
    Ok(())
}
