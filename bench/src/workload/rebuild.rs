use super::replay::fill;
use crate::{
    Failure,
    account::Balances,
    figure::{Figure, rate},
    place::Place,
};
use factum::projections::AppExt;
use std::time::Instant;

/// Twenty for each account, as many as a loan application has in the log of a bank; enough for the rebuild to take seconds.
const EVENTS: u64 = 1_000_000;
const ACCOUNTS: u64 = 50_000;
const PARTITIONS: [u16; 3] = [1, 2, 4];

/// Making a read model of documents anew, beside the one that is read, in one partition and in several, which are applied at
/// the same time: from being asked for to being read. The floor of several is what one has done in the same round.
pub(crate) async fn measure(place: &Place, repeat: usize) -> Result<[Figure; PARTITIONS.len()], Failure> {
    let name = |partitions| match partitions {
        1 => "rebuild of documents, 1 partition".to_owned(),
        several => format!("rebuild of documents, {several} partitions"),
    };
    let mut figures = PARTITIONS.map(|partitions| Figure::new(place.who(), name(partitions), "events/s"));
    for round in 0..repeat {
        let mut rates = [0.0; PARTITIONS.len()];
        for turn in 0..PARTITIONS.len() {
            let which = (turn + round) % PARTITIONS.len();
            let made = place.make().await?;
            fill(&**made.store.write_side().await?.store(), EVENTS, ACCOUNTS).await?;
            made.analyze().await?;
            let app = made.store.read_side(PARTITIONS[which]).await?;
            app.caught_up().await?;
            let from = Instant::now();
            let generation = app.rebuild::<Balances>().await?;
            app.rebuilt::<Balances>(generation).await?;
            rates[which] = rate(EVENTS, from);
            app.shutdown().await;
        }
        for (figure, (nth, rate)) in figures.iter_mut().zip(rates.into_iter().enumerate()) {
            figure.add(rate, (nth > 0).then_some(rates[0]));
        }
    }
    for figure in &mut figures {
        figure.note(format!("{EVENTS} events stored, documents and checkpoints durable"));
        figure.note_floor("one partition");
    }
    Ok(figures)
}
