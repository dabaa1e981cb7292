use super::Postgres;
use crate::{
    Failure,
    figure::{Figure, PARTS, part},
    place::postgres::{Bed, written},
    workload::commands::Load,
};
use factum::App;
use std::num::NonZeroUsize;

/// What a part measures, in an order that changes with it.
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
        let apps = (
            App::builder(bed.store.clone()).keep(0).build().await?,
            App::builder(bed.store.clone()).build().await?,
        );
        let mut rates: [Vec<f64>; 3] = Default::default();
        let mut bytes = [0.0; 3];
        for nth in 0..PARTS {
            let commands = part(nth, load.commands);
            let mut turns = [Turn::Floor, Turn::Loading, Turn::Keeping];
            turns.rotate_left((round + nth as usize) % 3);
            for turn in turns {
                let before = written(&server).await?;
                let commands = commands.clone();
                let rate = match turn {
                    Turn::Floor => bed.floor.commands(load.tasks, commands, load.accounts, 0).await?,
                    Turn::Loading => load.run_part(apps.0.clone(), 0, commands).await?,
                    // Accounts of its own, which are as new.
                    Turn::Keeping => load.run_part(apps.1.clone(), load.accounts, commands).await?,
                };
                rates[turn as usize].push(rate);
                bytes[turn as usize] += (written(&server).await? - before) as f64;
            }
        }
        let [floor, ours, kept] = &rates;
        loading.add_parts(ours, floor);
        keeping.add_parts(kept, floor);
        if is_w2 {
            let [floor, ours, _] = bytes.map(|bytes| bytes / load.commands as f64);
            wal.add(ours, Some(floor));
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
