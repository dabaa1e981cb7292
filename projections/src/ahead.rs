//! The log, read ahead of whoever uses it.

use factum_core::{
    Position, StoreError,
    store::{EventReader, Page, ReadLog},
};
use futures_util::future::{BoxFuture, FutureExt};
use std::{
    collections::VecDeque,
    num::NonZeroUsize,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    thread::available_parallelism,
    time::Duration,
};
use tokio::{
    sync::{Mutex, mpsc},
    task::JoinHandle,
    time::sleep,
};

/// The pages that follow. A task of its own reads them where there is a core for it; it ends at the end of the log, after an
/// error, or with this. Where there is none, the server or the threads of the store have the other core, and to wake the
/// task for each piece that comes would cost more than it wins. The next page is asked for when one is given out; a server that
/// was asked for more at a time would take the core of whoever uses them.
pub(crate) enum Ahead {
    Task(Task),
    Here(Here),
}

/// A task that reads pages.
pub(crate) struct Task {
    pages: mpsc::Receiver<Result<Page<Position>, StoreError>>,
    task: JoinHandle<()>,
}

/// Reads a page when it is asked for.
pub(crate) struct Here {
    ranges: Arc<Mutex<Ranges>>,
    /// How many pages were asked for.
    asked: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

/// Pages that lie ready, beside the one that is used and those that are being read.
const READY: usize = 6;
/// One for whoever uses the pages, one for where they come from, and one for the task between them.
const CORES: usize = 3;
/// How long a page may lie half-read while the one before is used. A server keeps the snapshot that it reads from until then.
const PATIENCE: Duration = Duration::from_millis(100);

impl Ahead {
    /// Begins with `request`. The log reaches to `head` at least.
    pub(crate) fn read(store: Arc<dyn EventReader>, request: ReadLog, head: Position) -> Self {
        static CORES_THERE: LazyLock<usize> =
            LazyLock::new(|| available_parallelism().map_or(1, NonZeroUsize::get));
        let has_core = *CORES_THERE >= CORES;
        let lanes = if has_core || !store.is_served() { LANES } else { 1 };
        let mut ranges = Ranges::new(store, request, head, lanes);
        // At once, and not when a task runs: it would wait for the thread that the caller is using.
        ranges.begin();
        if has_core { Self::Task(Task::start(ranges)) } else { Self::Here(Here::start(ranges)) }
    }

    /// The next page; `None` after that at the end of the log, or an error.
    ///
    /// # Cancellation
    /// Safe: a page that was not given out is given out by the next call.
    pub(crate) async fn page(&mut self) -> Option<Result<Page<Position>, StoreError>> {
        match self {
            Self::Task(task) => task.pages.recv().await,
            Self::Here(here) => here.page().await,
        }
    }
}

impl Task {
    fn start(mut ranges: Ranges) -> Self {
        let (sender, pages) = mpsc::channel(READY);
        let task = tokio::spawn(async move {
            while let Some(page) = ranges.page().await {
                if sender.send(page).await.is_err() {
                    return;
                }
            }
        });
        Self { pages, task }
    }
}

impl Here {
    fn start(ranges: Ranges) -> Self {
        let ranges = Arc::new(Mutex::new(ranges));
        let asked = Arc::new(AtomicU64::new(0));
        let task = tokio::spawn(finish_in_time(Arc::clone(&ranges), Arc::clone(&asked)));
        Self { ranges, asked, task }
    }

    async fn page(&self) -> Option<Result<Page<Position>, StoreError>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut ranges = self.ranges.lock().await;
        let page = ranges.page().await;
        // What the caller does with it takes time.
        ranges.begin();
        page
    }
}

/// Reads on where nobody has asked for a page for some time.
async fn finish_in_time(ranges: Arc<Mutex<Ranges>>, asked: Arc<AtomicU64>) {
    let mut last = None;
    loop {
        sleep(PATIENCE).await;
        let now = Some(asked.load(Ordering::Relaxed));
        if now == last {
            ranges.lock().await.finish().await;
        }
        last = now;
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Reads the log in ranges of positions, one or several at a time.
///
/// Where one range begins is known without having read the one before. How wide they are depends on how many of the events
/// match: about a page of them is to be in each.
pub(crate) struct Ranges {
    store: Arc<dyn EventReader>,
    /// For what follows the ranges that are being read; `None` behind the end of the log.
    next: Option<ReadLog>,
    width: u64,
    /// The log reaches to here at least; no range goes beyond, so that all of them are final.
    head: Position,
    /// Whether the log has grown beyond that.
    has_grown: bool,
    reading: VecDeque<Range>,
    /// How many are read at a time.
    lanes: usize,
}

/// A range that is being read; without an end, if it goes on to that of the log.
struct Range {
    request: ReadLog,
    page: Reading,
}

/// Ranges that are read at a time: a store needs longer to read events than most consumers need to use them.
const LANES: usize = 2;

impl Ranges {
    fn new(store: Arc<dyn EventReader>, request: ReadLog, head: Position, lanes: usize) -> Self {
        let width = request.limit.get() as u64;
        Self { store, next: Some(request), width, head, has_grown: false, reading: VecDeque::new(), lanes }
    }

    /// Begins to read as much as can be read at a time.
    fn begin(&mut self) {
        while !self.has_grown && self.reading.len() < self.lanes {
            let Some(mut request) = self.next.take() else { return };
            let end = self.head.min(Position::new(request.after.get().saturating_add(self.width)));
            if request.after < end {
                self.next = Some(request.clone().after(end));
                request = request.before(end.next());
            }
            self.reading.push_back(Range { page: Reading::begin(&self.store, request.clone()), request });
        }
    }

    /// Reads the page that comes next. What has been read of it stays when this is dropped.
    async fn finish(&mut self) {
        let Some(range) = self.reading.front_mut() else { return };
        if let Reading::Asked(page) = &mut range.page {
            range.page = Reading::There(page.await);
        }
    }

    /// The next page, in the order of the log. Safe to drop half-way: nothing waits once the page has been taken out.
    async fn page(&mut self) -> Option<Result<Page<Position>, StoreError>> {
        if self.has_grown {
            // If this fails, it is read one range after the other.
            self.head = self.store.head().await.unwrap_or(self.head);
            self.has_grown = false;
        }
        self.begin();
        self.finish().await;
        let Some(Range { request, page: Reading::There(page) }) = self.reading.pop_front() else {
            return None;
        };
        let mut page = match page {
            Ok(page) => page,
            Err(error) => {
                self.stop();
                return Some(Err(error));
            }
        };
        let Some(_) = request.before else {
            self.next = request.following(&page);
            self.has_grown = self.next.is_some();
            return Some(Ok(page));
        };
        if page.done {
            // The range is; not the log.
            page.done = false;
            if page.events.len() * 2 < request.limit.get() {
                self.width = self.width.saturating_mul(2);
            }
        } else {
            // More than was expected. What follows is read anew, in ranges like the one that filled a page.
            self.reading.clear();
            self.width = (page.through.get() - request.after.get()).max(1);
            let mut rest = request;
            rest.go_on_after(&page);
            rest.before = None;
            self.next = Some(rest);
        }
        Some(Ok(page))
    }

    fn stop(&mut self) {
        self.reading.clear();
        self.next = None;
    }
}

/// A page that has been asked for.
enum Reading {
    Asked(BoxFuture<'static, Result<Page<Position>, StoreError>>),
    There(Result<Page<Position>, StoreError>),
}

impl Reading {
    /// Asks at once, so that a store with threads of its own reads while the caller uses what it has.
    fn begin(store: &Arc<dyn EventReader>, request: ReadLog) -> Self {
        let store = Arc::clone(store);
        let mut page = async move { store.read_log(request).await }.boxed();
        match (&mut page).now_or_never() {
            Some(page) => Self::There(page),
            None => Self::Asked(page),
        }
    }
}

#[cfg(test)]
mod tests;
