use crate::Topic;
use factum_core::Timestamp;
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// One time that a message was sent to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// The id of the event, and of the message.
    pub id: String,
    /// Its topic.
    pub topic: Topic,
    /// When it was sent.
    pub time: Timestamp,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// How long it took until there was an answer, or it was given up.
    pub duration: Duration,
    /// Why it has failed, if it has.
    pub error: Option<String>,
}

/// The last deliveries, of which so many are kept.
#[derive(Debug)]
pub(super) struct Deliveries {
    most: usize,
    last: Mutex<VecDeque<Delivery>>,
}

impl Deliveries {
    pub(super) fn new(most: usize) -> Self {
        Self { most, last: Mutex::default() }
    }

    pub(super) fn add(&self, delivery: Delivery) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.push_back(delivery);
        while last.len() > self.most {
            last.pop_front();
        }
    }

    pub(super) fn last(&self) -> Vec<Delivery> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
