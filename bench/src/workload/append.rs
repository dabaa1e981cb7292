use crate::{
    Failure,
    account::{AccountId, Pay},
    figure::{Figure, alternate, rate},
    place::Place,
};
use std::time::Instant;

const APPENDS: u64 = 2_000;
const EVENTS: u64 = 10;

/// Commands of ten events, each on a new account.
pub(crate) async fn measure(place: &Place, repeat: usize) -> Result<Figure, Failure> {
    let mut figure = Figure::new(place.who(), "W3 append batches of 10", "events/s");
    for round in 0..repeat {
        let made = place.make().await?;
        let app = made.store.write_side().await?;
        let floor = async {
            match &made.floor {
                Some(floor) => floor.batches(APPENDS, EVENTS).await.map(Some),
                None => Ok(None),
            }
        };
        let ours = async {
            let from = Instant::now();
            for n in 0..APPENDS {
                app.send(Pay { account: AccountId::nth(n), times: EVENTS }).await?;
            }
            Ok(rate(APPENDS * EVENTS, from))
        };
        let (ours, floor) = alternate(round, ours, floor).await?;
        figure.add(ours, floor);
    }
    figure.note_floor(place.batch());
    Ok(figure)
}
