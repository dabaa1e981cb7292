//! The least that a group commit can be: what a store with ids, tags, outcomes and an order of its own is compared with.

use super::postgres::table;
use crate::{
    Failure,
    account::{AccountId, Deposited},
    place::postgres::connect,
};
use std::collections::HashSet;
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::{Client, Statement};

/// Appends that one statement stores at most.
const BATCH: usize = 512;

/// Checks the versions of all heads in one go, and stores the events of those that are as expected.
const STORE: &str = "WITH fit AS MATERIALIZED (
        SELECT h.stream_id FROM unnest($1::text[], $2::bigint[]) AS h (stream_id, expected)
        WHERE h.expected = coalesce((SELECT max(e.version) FROM SCHEMA.event e WHERE e.stream_id = h.stream_id), 0)
    )
    INSERT INTO SCHEMA.event (stream_id, version, kind, payload)
    SELECT n.stream_id, n.version, n.kind, n.payload
    FROM unnest($1::text[], $3::bigint[], $4::text[], $5::text[])
        WITH ORDINALITY AS n (stream_id, version, kind, payload, nth)
    JOIN fit USING (stream_id) ORDER BY n.nth
    RETURNING stream_id";

struct Job {
    stream: String,
    expected: i64,
    payload: String,
    reply: oneshot::Sender<bool>,
}

/// Appends of one event each, stored in groups: what arrives while one is being stored is the next.
pub(crate) struct Bare {
    writers: Vec<mpsc::Sender<Job>>,
}

impl Bare {
    /// Makes its table in a schema that exists.
    pub(crate) async fn new(url: &str, schema: &str, writers: usize) -> Result<Self, Failure> {
        connect(url).await?.batch_execute(&table(schema)).await?;
        let mut queues = Vec::new();
        for _ in 0..writers {
            let client = connect(url).await?;
            let store = client.prepare(&STORE.replace("SCHEMA", schema)).await?;
            let (queue, jobs) = mpsc::channel(4 * BATCH);
            tokio::spawn(async move {
                if let Err(error) = write(&client, &store, jobs).await {
                    eprintln!("the bare group commit: {error}");
                }
            });
            queues.push(queue);
        }
        Ok(Self { writers: queues })
    }

    /// False if the stream does not have this version.
    pub(crate) async fn append(&self, stream: u64, version: u64) -> Result<bool, Failure> {
        let stream = AccountId::nth(stream).to_string();
        let payload = serde_json::to_string(&Deposited::new(version))?;
        let sum: usize = stream.bytes().map(usize::from).sum();
        let writer = &self.writers[sum % self.writers.len()];
        let (reply, stored) = oneshot::channel();
        let job = Job { stream, expected: version as i64, payload, reply };
        writer.send(job).await.map_err(|_| "the writer has ended")?;
        Ok(stored.await?)
    }
}

async fn write(client: &Client, store: &Statement, mut queue: mpsc::Receiver<Job>) -> Result<(), Failure> {
    // A second append to a stream waits for the next statement.
    let mut waiting: Vec<Job> = Vec::new();
    loop {
        if waiting.is_empty() && queue.recv_many(&mut waiting, BATCH).await == 0 {
            return Ok(());
        }
        while waiting.len() < BATCH
            && let Ok(job) = queue.try_recv()
        {
            waiting.push(job);
        }
        let mut streams = HashSet::with_capacity(waiting.len());
        let (batch, later): (Vec<Job>, _) =
            waiting.into_iter().partition(|job| streams.insert(job.stream.clone()));
        waiting = later;

        let streams: Vec<&str> = batch.iter().map(|job| job.stream.as_str()).collect();
        let expected: Vec<i64> = batch.iter().map(|job| job.expected).collect();
        let versions: Vec<i64> = batch.iter().map(|job| job.expected + 1).collect();
        let kinds = vec!["Deposited"; batch.len()];
        let payloads: Vec<&str> = batch.iter().map(|job| job.payload.as_str()).collect();
        let rows = client.query(store, &[&streams, &expected, &versions, &kinds, &payloads]).await?;
        let stored: HashSet<&str> = rows.iter().map(|row| row.get(0)).collect();
        for job in batch {
            let is_stored = stored.contains(job.stream.as_str());
            // Whoever has gone does not want to know.
            let _ = job.reply.send(is_stored);
        }
    }
}
