use super::Postgres;
use crate::{
    Failure,
    figure::Figure,
    place::postgres::{Bed, written},
    workload::commands::Load,
};
use factum::App;
use std::num::NonZeroUsize;

/// What a round measures, in an order that changes with it.
#[derive(Clone, Copy)]
enum Turn {
    Floor,
    Loading,
    Keeping,
}

/// A load beside a floor of as many tasks: with every aggregate loaded for its command, as the floor does it, and with
/// those kept that were used last. Gives the median of the first.
pub(super) async fn measure(
    postgres: &Postgres,
    writers: NonZeroUsize,
    metric: &str,
    load: Load,
) -> Result<f64, Failure> {
    let name = |what: &str| postgres.metric(what, writers);
    let plain = metric.trim_start_matches("W1 ").trim_start_matches("W2 ");
    let mut loading = postgres.figure(name(metric), "cmd/s");
    let mut keeping = postgres.figure(name(&format!("{plain}, aggregates kept")), "cmd/s");
    let is_w2 = metric.starts_with("W2");
    let mut wal = postgres.figure(name("WAL per event in W2"), "bytes");

    for round in 0..postgres.repeat {
        let bed = Bed::make(&postgres.url, writers).await?;
        let server = bed.schema.connect().await?;
        let mut turns = [Turn::Floor, Turn::Loading, Turn::Keeping];
        turns.rotate_left(round % 3);
        let (mut floor, mut ours, mut kept) = ((0.0, 0.0), (0.0, 0.0), 0.0);
        for turn in turns {
            let before = written(&server).await?;
            let rate = match turn {
                Turn::Floor => bed.floor.commands(load.tasks, load.commands, load.accounts, 0).await?,
                Turn::Loading => load.run(App::builder(bed.store.clone()).keep(0).build().await?, 0).await?,
                // Accounts of its own, which are as new.
                Turn::Keeping => {
                    load.run(App::builder(bed.store.clone()).build().await?, load.accounts).await?
                }
            };
            let bytes = (written(&server).await? - before) as f64 / load.commands as f64;
            match turn {
                Turn::Floor => floor = (rate, bytes),
                Turn::Loading => ours = (rate, bytes),
                Turn::Keeping => kept = rate,
            }
        }
        loading.add(ours.0, Some(floor.0));
        keeping.add(kept, Some(floor.0));
        if is_w2 {
            wal.add(ours.1, Some(floor.1));
        }
    }
    let floor = floor(load);
    for figure in [&mut loading, &mut keeping] {
        figure.note_floor(&floor);
        figure.print()?;
    }
    wal.note("all that the server has written meanwhile");
    wal.note_floor(&floor);
    wal.print()?;
    Ok(loading.median())
}

fn floor(load: Load) -> String {
    let who = match load.tasks {
        1 => "1 client".to_owned(),
        tasks => format!("{tasks} tasks, 16 connections"),
    };
    format!("a SELECT of the stream and a one-row INSERT, {who}")
}

/// Rows in binary COPY.
const ROWS: u64 = 100_000;

/// What importing events is to be compared with.
pub(super) async fn copy(postgres: &Postgres) -> Result<(), Failure> {
    let mut figure = Figure::new("floor, postgres", "binary COPY", "rows/s");
    for _ in 0..postgres.repeat {
        let bed = Bed::make(&postgres.url, crate::place::WRITERS).await?;
        figure.add(bed.floor.copy(ROWS).await?, None);
    }
    figure.note("into the floor's table with its two indexes, ten rows a stream");
    figure.print()
}
