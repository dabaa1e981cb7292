//! Reads of streams by many tasks at once share a statement: what arrives while one is under way is the next. A short read costs
//! the server and this process several times as much alone.

use super::take::{Taken, Taking};
use crate::{
    database::{Database, Parameters},
    error::Context,
    row::{Line, Payloads},
};
use factum_core::{StoreError, StreamId};
use futures_util::TryStreamExt;
use std::{
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::sync::{Notify, oneshot};
use tokio_postgres::RowStream;

/// So many reads go alone, each on a connection of its own, before others are put together.
const ALONE: usize = 2;
/// So many statements for several reads can be under way at once.
const LANES: usize = 2;
/// Reads that share a statement at most.
const MOST: usize = 256;
/// Events that such a statement gives of a stream at most. Whoever needs more reads on alone, so that nobody waits for a long
/// stream of another.
const EVENTS: usize = 100;
/// Bytes of payload after which the other reads of a statement go alone.
const BYTES: usize = 16 * 1_024 * 1_024;

/// The reads of a process that are put together. The tasks that do it end with this.
pub(crate) struct Together {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Notify,
    /// How many reads go alone now.
    alone: AtomicUsize,
}

#[derive(Default)]
struct State {
    waiting: Vec<Wanted>,
    is_closed: bool,
}

/// A read of a stream: the events after one place and up to another.
struct Wanted {
    /// Only if its number is not known. The places are then those that a stream with the number 0 would have: versions.
    named: Option<StreamId>,
    after: i64,
    through: i64,
    limit: usize,
    /// Dropped without an answer, it sends the reader on its own way.
    reply: oneshot::Sender<Taken>,
}

/// How a read is to be done.
#[must_use]
pub(super) enum Turn<'a> {
    /// Alone, and while this is kept it counts as one that is.
    Alone(Alone<'a>),
    /// With others: here come the lines, or nothing if it has to be done alone after all.
    Together(oneshot::Receiver<Taken>),
}

/// A read that goes alone.
pub(super) struct Alone<'a>(&'a AtomicUsize);

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Together {
    pub(crate) fn start(database: &Arc<Database>) -> Self {
        let shared =
            Arc::new(Shared { state: Mutex::default(), changed: Notify::new(), alone: AtomicUsize::new(0) });
        for _ in 0..LANES {
            tokio::spawn(read_groups(Arc::clone(&shared), Arc::clone(database)));
        }
        Self { shared }
    }

    /// At most `limit` events after place `after` and up to place `through`: alone if few others read now. If the stream is
    /// `named`, its number is not known, and that of the places is 0.
    pub(super) fn turn(
        &self,
        named: Option<&StreamId>,
        (after, through): (i64, i64),
        limit: usize,
    ) -> Turn<'_> {
        let mut state = self.shared.state();
        if state.waiting.is_empty() && self.shared.alone.load(Ordering::Relaxed) < ALONE {
            self.shared.alone.fetch_add(1, Ordering::Relaxed);
            return Turn::Alone(Alone(&self.shared.alone));
        }
        let (reply, lines) = oneshot::channel();
        let named = named.cloned();
        state.waiting.push(Wanted { named, after, through, limit: limit.min(EVENTS), reply });
        drop(state);
        self.shared.changed.notify_one();
        Turn::Together(lines)
    }
}

impl Drop for Together {
    fn drop(&mut self) {
        self.shared.state().is_closed = true;
        self.shared.changed.notify_waiters();
        // For one that is about to wait.
        self.shared.changed.notify_one();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those that wait, once there are some; `None` when there will be none any more.
    async fn next(&self) -> Option<Vec<Wanted>> {
        loop {
            let mut changed = pin!(self.changed.notified());
            // Before the look, so that what changes after it is not missed.
            changed.as_mut().enable();
            {
                let mut state = self.state();
                if !state.waiting.is_empty() {
                    let rest = state.waiting.len().min(MOST);
                    let rest = state.waiting.split_off(rest);
                    let group = std::mem::replace(&mut state.waiting, rest);
                    if !state.waiting.is_empty() {
                        self.changed.notify_one();
                    }
                    return Some(group);
                }
                if state.is_closed {
                    return None;
                }
            }
            changed.await;
        }
    }
}

async fn read_groups(shared: Arc<Shared>, database: Arc<Database>) {
    while let Some(group) = shared.next().await {
        // Each of them will find out for itself what is wrong.
        if let Err(error) = read(&database, group).await {
            tracing::debug!(error = %factum_core::Causes(&error), "reads are done one by one");
        }
    }
    // For the other lanes.
    shared.changed.notify_waiters();
    shared.changed.notify_one();
}

async fn read(database: &Database, group: Vec<Wanted>) -> Result<(), StoreError> {
    let doing = "reading streams";
    let (after, through): (Vec<_>, Vec<_>) =
        group.iter().map(|wanted| (wanted.after, wanted.through)).unzip();
    let limit = group.iter().map(|wanted| wanted.limit).max().unwrap_or_default() as i64;
    let mut link = database.link(doing).await?;
    let read = &database.sql.read;
    let has_named = group.iter().any(|wanted| wanted.named.is_some());
    let part = |part: fn(&StreamId) -> &str| {
        group.iter().map(|wanted| Some(part(wanted.named.as_ref()?).to_owned())).collect::<Vec<_>>()
    };
    let (categories, keys) =
        if has_named { (part(StreamId::category), part(StreamId::key)) } else { Default::default() };
    let take = async |rows| share_out(rows, group).await;
    let all = match has_named {
        true => {
            let parameters: &Parameters<'_> = &[&after, &through, &limit, &categories, &keys];
            link.stream(&read.streams_named, parameters, take).await
        }
        false => link.stream(&read.streams_from, &[&after, &through, &limit], take).await,
    };
    let all = all.doing(doing)?;
    if !all {
        // The server goes on sending what nobody will read; another connection costs less than all of that.
        drop(deadpool::managed::Object::take(link));
    }
    Ok(())
}

/// Gives each reader its lines, and answers whether those were all rows.
async fn share_out(rows: RowStream, group: Vec<Wanted>) -> Result<bool, tokio_postgres::Error> {
    let mut rows = pin!(rows);
    let mut payloads = Payloads::default();
    let mut bytes = 0;
    let mut shares = Shares { begun: 0, current: None, others: group.into_iter() };
    while let Some(row) = rows.try_next().await? {
        let line = Line::of(&row, &mut payloads);
        bytes += line.payload.len();
        if bytes > BYTES {
            return Ok(false);
        }
        shares.add(row.get(7), line);
    }
    shares.end();
    Ok(true)
}

/// What the readers of a group get, one after the other.
struct Shares {
    /// How many have been begun.
    begun: i64,
    current: Option<(Taking, oneshot::Sender<Taken>)>,
    others: std::vec::IntoIter<Wanted>,
}

impl Shares {
    /// A line of the reader with this number, from 1. Those before it get no more.
    fn add(&mut self, number: i64, line: Line) {
        while self.begun < number && self.next() {}
        if let Some((taking, _)) = &mut self.current
            && taking.has_room()
        {
            taking.add(line);
        }
    }

    fn end(&mut self) {
        while self.next() {}
    }

    fn next(&mut self) -> bool {
        if let Some((taking, reply)) = self.current.take() {
            // Whoever has gone does not want to know.
            let _ = reply.send(taking.end());
        }
        self.begun += 1;
        self.current = self.others.next().map(|wanted| (Taking::new(wanted.limit), wanted.reply));
        self.current.is_some()
    }
}
