use super::{Message, Missed, Overflow, SubscribeOptions, stats::Counters};
use futures_util::task::AtomicWaker;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};
use tokio::sync::Semaphore;

/// The messages that wait for one subscriber. Many put in, one takes out.
#[derive(Debug)]
pub(super) struct Queue {
    capacity: usize,
    overflow: Overflow,
    state: Mutex<State>,
    /// Whoever takes out.
    waker: AtomicWaker,
    /// Free places, for `Overflow::Wait`: taken before a message is put in, given back after one was taken out.
    room: Semaphore,
    counters: Arc<Counters>,
}

#[derive(Debug)]
struct State {
    messages: VecDeque<Message>,
    /// How many were dropped since the subscriber was last told.
    missed: u64,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Open,
    /// Nothing more is put in.
    Closed,
    /// The same, and the subscriber is to be told why.
    TooSlow,
}

impl Queue {
    pub(super) fn new(options: SubscribeOptions, counters: Arc<Counters>) -> Self {
        let capacity = options.capacity.get().min(Semaphore::MAX_PERMITS);
        Self {
            capacity,
            overflow: options.overflow,
            state: Mutex::new(State { messages: VecDeque::new(), missed: 0, end: End::Open }),
            waker: AtomicWaker::new(),
            room: Semaphore::new(capacity),
            counters,
        }
    }

    /// Whether a publisher may have to wait.
    pub(super) fn may_wait(&self) -> bool {
        self.overflow == Overflow::Wait
    }

    /// Puts a message in without waiting. Returns whether it is in the queue.
    pub(super) fn put(&self, message: Message) -> bool {
        let mut state = self.lock();
        if state.end != End::Open {
            return false;
        }
        let is_full = state.messages.len() >= self.capacity;
        if is_full {
            self.counters.count_missed();
        }
        // Dropped after the lock is, since its payload may run any code when it is dropped.
        let dropped = if is_full && self.overflow == Overflow::Disconnect {
            state.end = End::TooSlow;
            Some(message)
        } else {
            let oldest = if is_full { state.messages.pop_front() } else { None };
            state.missed += u64::from(is_full);
            state.messages.push_back(message);
            self.counters.count_queued();
            oldest
        };
        let is_open = state.end == End::Open;
        drop(state);
        self.waker.wake();
        drop(dropped);
        is_open
    }

    /// Puts a message in as soon as there is room. Returns whether it is in the queue.
    pub(super) async fn put_when_there_is_room(&self, message: Message) -> bool {
        // Closed together with the queue.
        let Ok(place) = self.room.acquire().await else { return false };
        let is_in = self.put(message);
        if is_in {
            place.forget();
        }
        is_in
    }

    pub(super) fn poll_take(&self, cx: &Context<'_>) -> Poll<Option<Result<Message, Missed>>> {
        // Before looking, so that what is put in meanwhile wakes.
        self.waker.register(cx.waker());
        let mut state = self.lock();
        if state.missed > 0 {
            return Poll::Ready(Some(Err(Missed::Lagged(std::mem::take(&mut state.missed)))));
        }
        if let Some(message) = state.messages.pop_front() {
            drop(state);
            if self.may_wait() {
                self.room.add_permits(1);
            }
            return Poll::Ready(Some(Ok(message)));
        }
        match state.end {
            End::Open => Poll::Pending,
            End::Closed => Poll::Ready(None),
            End::TooSlow => {
                state.end = End::Closed;
                Poll::Ready(Some(Err(Missed::Disconnected)))
            }
        }
    }

    /// Takes no more messages. Those that are in it stay.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        if state.end == End::Open {
            state.end = End::Closed;
        }
        drop(state);
        self.room.close();
        self.waker.wake();
    }

    /// Closes it and drops what is in it.
    pub(super) fn clear(&self) {
        self.close();
        let messages = std::mem::take(&mut self.lock().messages);
        drop(messages);
    }

    pub(super) fn is_open(&self) -> bool {
        self.lock().end == End::Open
    }

    pub(super) fn len(&self) -> usize {
        self.lock().messages.len()
    }

    /// No code of others runs under the lock, so a panic cannot leave half a change behind.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
