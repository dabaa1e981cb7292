use super::Postgres;
use crate::{
    Failure,
    account::{Account, AccountId, Deposited},
    drive::{Job, each},
    place::{WRITERS, postgres::Bed},
};
use factum::{Aggregate, Append, EventAppender, NewEvent, postgres::PgStore};
use tokio_postgres::Client;

/// So many that what empty tables take does not show.
const EVENTS: u64 = 1_000_000;
const STREAMS: u64 = 20_000;
/// Bytes of a payload.
const PAYLOAD: usize = 120;
const TASKS: u64 = 256;

/// What the tables of a schema take.
const SIZES: &str = "SELECT sum(pg_table_size(c.oid))::bigint, sum(pg_indexes_size(c.oid))::bigint
    FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = $1::text::regnamespace";

/// What is on the disk after single-event appends. Measured once: it is the same each time.
pub(super) async fn measure(postgres: &Postgres) -> Result<(), Failure> {
    let bed = Bed::make(&postgres.url, WRITERS).await?;
    bed.floor.inserts(TASKS, EVENTS, STREAMS, PAYLOAD).await?;
    each(TASKS, 0..EVENTS, Appends(bed.store.clone())).await?;
    let server = bed.schema.connect().await?;
    let ours = sizes(&server, bed.schema.name()).await?;
    let floor = sizes(&server, &bed.schema.floor()).await?;
    let total = |(heap, indexes): (f64, f64)| heap + indexes;
    for (metric, ours, floor) in [
        ("disk per event, heap", ours.0, floor.0),
        ("disk per event, indexes", ours.1, floor.1),
        ("disk per event", total(ours), total(floor)),
    ] {
        let mut figure = postgres.figure(metric.to_owned(), "bytes");
        figure.add(ours, Some(floor));
        figure.note(format!(
            "{EVENTS} events over {STREAMS} streams, one at a time; payloads of {PAYLOAD} bytes"
        ));
        figure.note_floor("its table, of text, with two indexes");
        figure.print()?;
    }
    Ok(())
}

/// Heap and indexes, bytes an event.
async fn sizes(server: &Client, schema: &str) -> Result<(f64, f64), Failure> {
    let row = server.query_one(SIZES, &[&schema]).await?;
    let per_event = |column| row.get::<_, i64>(column) as f64 / EVENTS as f64;
    Ok((per_event(0), per_event(1)))
}

struct Appends(PgStore);

impl Job for Appends {
    async fn run(&self, n: u64) -> Result<(), Failure> {
        let stream = Account::stream(&AccountId::nth(n % STREAMS))?;
        let event = NewEvent::of(stream, &Deposited::of_size(n, PAYLOAD))?;
        assert_eq!(event.payload.len(), PAYLOAD);
        self.0.append_one(Append::new([event])).await?;
        Ok(())
    }
}
