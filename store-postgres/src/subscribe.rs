//! Wake-ups: inside the process at once, between processes by a notification beside the appends.
//!
//! A NOTIFY in the transaction of an append would have all commits of the server wait for each other, so a task sends one
//! for all appends of some milliseconds. Whoever does not get it finds out by looking.
//!
//! Where nobody else listens nobody is told, since it costs a lone process more than a twentieth of its commands. Processes say that
//! they listen when they begin to, and then now and then; who hears of a new one answers, so that what was appended
//! before it was known is looked for.

use crate::{PgConfig, connect::Connector, database::Database, watermark::Watermark};
use factum_core::store::{Watch, WatchSender};
use futures_util::{StreamExt, stream::poll_fn};
use std::{
    future::poll_fn as once,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    sync::Notify,
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_postgres::AsyncMessage;
use uuid::Uuid;

/// Other processes are told at most this often.
const TELL: Duration = Duration::from_millis(5);
/// A process says this often that it listens, and is taken to be gone when nothing was heard for so long.
const HERE: Duration = Duration::from_secs(20);
const GONE: Duration = Duration::from_secs(70);
/// What a process that begins to listen adds to its name, so that the others answer.
const ASKING: &str = "?";
/// How long to wait before listening again after the connection was lost.
const AGAIN: Duration = Duration::from_secs(1);

/// Wakes the watchers of this process, and tells other processes to wake theirs.
pub(crate) struct Wakes {
    watchers: WatchSender,
    /// Something was appended that others have not been told of.
    tell: Notify,
    /// Tells this process's own notifications from those of others.
    process: Uuid,
    is_listening: AtomicBool,
    /// When another process was heard.
    heard: Mutex<Option<Instant>>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Wakes {
    pub(crate) fn new() -> Self {
        let (watchers, _) = Watch::channel();
        Self {
            watchers,
            tell: Notify::new(),
            process: Uuid::new_v4(),
            is_listening: AtomicBool::new(false),
            heard: Mutex::default(),
            tasks: Mutex::default(),
        }
    }

    /// Wakes this process.
    pub(crate) fn wake(&self) {
        self.watchers.wake();
    }

    /// Wakes this process now and the others soon.
    pub(crate) fn appended(&self) {
        self.watchers.wake();
        // Even to wake the task that tells would cost a lone process something each time.
        if self.is_heard() {
            self.tell.notify_one();
        }
    }

    /// Another process has said something.
    fn hear(&self, said: &str) {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        if said.ends_with(ASKING) {
            self.tell.notify_one();
        }
    }

    /// Whether another process may be listening. Who does not listen cannot know.
    fn is_heard(&self) -> bool {
        let heard = *self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        !self.is_listening() || heard.is_some_and(|heard| heard.elapsed() < GONE)
    }

    pub(crate) fn watch(&self) -> Watch {
        self.watchers.watch()
    }

    pub(crate) fn is_listening(&self) -> bool {
        self.is_listening.load(Ordering::Relaxed)
    }

    /// Starts telling others, and listening to them where a connection can be kept for it.
    pub(crate) fn start(
        self: &Arc<Self>,
        config: &PgConfig,
        database: &Arc<Database>,
        watermark: &Watermark,
    ) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.push(tokio::spawn(tell(Arc::clone(self), Arc::clone(database))));
        if !config.pooler {
            let listen =
                listen(Arc::clone(self), config.connector.clone(), channel(database), watermark.appended());
            tasks.push(tokio::spawn(listen));
        }
    }

    /// Ends the tasks.
    pub(crate) fn stop(&self) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.drain(..).for_each(|task| task.abort());
    }
}

fn channel(database: &Database) -> String {
    format!("factum_{}", database.sql.schema())
}

async fn tell(wakes: Arc<Wakes>, database: Arc<Database>) {
    let channel = channel(&database);
    let process = wakes.process.to_string();
    let statement = crate::sql::Statement {
        text: "SELECT pg_notify($1, $2)".to_owned(),
        types: vec![tokio_postgres::types::Type::TEXT; 2],
    };
    loop {
        // Somebody has to be told something, or that this process is still there.
        let _ = timeout(HERE, wakes.tell.notified()).await;
        // If it fails, others are late but miss nothing.
        if let Err(error) = database.query("telling other processes", &statement, &[&channel, &process]).await
        {
            tracing::debug!(error = %factum_core::Causes(&error), "telling other processes of an append failed");
        }
        sleep(TELL).await;
    }
}

async fn listen(wakes: Arc<Wakes>, connector: Connector, channel: String, appended: impl Fn()) {
    let own = wakes.process.to_string();
    loop {
        if let Ok((client, mut connection)) = connector.connect_to_listen().await {
            let mut messages = poll_fn(move |cx| connection.poll_message(cx));
            let listen = format!("LISTEN {channel}; SELECT pg_notify('{channel}', '{own}{ASKING}')");
            let mut subscribed = std::pin::pin!(client.batch_execute(&listen));
            let mut is_subscribed = false;
            loop {
                let message = tokio::select! {
                    done = once(|cx| subscribed.as_mut().poll(cx)), if !is_subscribed => {
                        is_subscribed = true;
                        if done.is_err() {
                            break;
                        }
                        wakes.is_listening.store(true, Ordering::Relaxed);
                        // What was said before is not repeated.
                        wakes.wake();
                        appended();
                        continue;
                    }
                    message = messages.next() => message,
                };
                match message {
                    Some(Ok(AsyncMessage::Notification(said))) if !said.payload().starts_with(&own) => {
                        wakes.hear(said.payload());
                        wakes.wake();
                        appended();
                    }
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => break,
                }
            }
        }
        if wakes.is_listening.swap(false, Ordering::Relaxed) {
            tracing::warn!("the connection that listens for the appends of other processes was lost");
        }
        sleep(AGAIN).await;
    }
}
