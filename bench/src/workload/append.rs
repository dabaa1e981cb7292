use crate::{
    account::{AccountId, Pay},
    figure::{Figure, rate},
    place::Place,
};
use std::{error::Error, time::Instant};

const APPENDS: u64 = 2_000;
const EVENTS: u64 = 10;

/// Commands of ten events, each on a new account.
pub(crate) async fn measure(place: &Place, repeat: usize) -> Result<Figure, Box<dyn Error>> {
    let mut figure = Figure::new(place.who(), "W3 append batches of 10", "events/s");
    for _ in 0..repeat {
        let made = place.make().await?;
        let floor = made.floor.as_ref().map(|floor| floor.batches(APPENDS, EVENTS)).transpose()?;
        let app = made.store.write_side().await?;
        let from = Instant::now();
        for n in 0..APPENDS {
            app.send(Pay { account: AccountId::nth(n), times: EVENTS }).await?;
        }
        figure.add(rate(APPENDS * EVENTS, from), floor);
    }
    figure.note_floor("10 one-row INSERTs in a transaction");
    Ok(figure)
}
