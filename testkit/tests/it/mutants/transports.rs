//! Transports with a defect.

use super::mutants;
use async_trait::async_trait;
use factum_core::ConsumerName;
use factum_messaging::{
    LocalBroker, Transport, TransportError,
    transport::{Capabilities, Feed, Incoming, Listen, Outgoing, PublishError, Settle, Settlement},
};
use factum_testkit::conformance::{Fixture, transports::cases};
use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

type Result = std::result::Result<(), PublishError>;

/// What is done otherwise than it should be. Everything that is not overridden is done right.
#[async_trait]
trait Defect: Default + Send + Sync + 'static {
    /// Done to what is published, before it is.
    fn rewrite(&self, _messages: &mut Vec<Outgoing>) {}

    /// Done to what the publisher is told.
    fn answer(&self, _messages: &[Outgoing], _results: &mut Vec<Result>) {}

    /// Done to what a consumer asks for.
    fn ask(&self, _listen: &mut Listen) {}

    /// Done before a consumer listens.
    async fn listens(&self, _broker: &LocalBroker, _listen: &Listen) {}

    /// Done to what comes in.
    fn receive(&self, _message: &mut Incoming) {}

    /// What is settled, for what was said; `None` for a message that was dropped.
    fn settle(&self, said: Option<Settlement>) -> Settlement {
        said.unwrap_or(Settlement::Again(Duration::ZERO))
    }

    /// Whether it can be closed.
    fn closes(&self) -> bool {
        true
    }
}

/// Where a transport with a defect can be opened.
struct Place<D> {
    broker: LocalBroker,
    defect: Arc<D>,
}

impl<D: Defect> Fixture for Place<D> {
    type Store = Broken<D>;

    async fn make() -> Self {
        Self { broker: LocalBroker::new(), defect: Arc::default() }
    }

    async fn open(&self) -> Broken<D> {
        Broken { broker: self.broker.clone(), defect: Arc::clone(&self.defect) }
    }
}

struct Broken<D> {
    broker: LocalBroker,
    defect: Arc<D>,
}

impl<D> fmt::Debug for Broken<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Broken")
    }
}

#[async_trait]
impl<D: Defect> Transport for Broken<D> {
    fn name(&self) -> &'static str {
        "broken"
    }

    fn capabilities(&self) -> Capabilities {
        self.broker.capabilities()
    }

    async fn publish(&self, mut messages: Vec<Outgoing>) -> Vec<Result> {
        let asked = messages.clone();
        self.defect.rewrite(&mut messages);
        let is_open = self.broker.publish(Vec::new()).await.is_empty()
            && self.broker.publish(messages).await.iter().all(std::result::Result::is_ok);
        let one = |_: &Outgoing| {
            if is_open || !self.defect.closes() { Ok(()) } else { Err(PublishError::closed()) }
        };
        let mut results = asked.iter().map(one).collect();
        self.defect.answer(&asked, &mut results);
        results
    }

    async fn listen(&self, mut listen: Listen) -> std::result::Result<Box<dyn Feed>, TransportError> {
        self.defect.ask(&mut listen);
        let feed = self.broker.listen(listen.clone()).await?;
        self.defect.listens(&self.broker, &listen).await;
        Ok(Box::new(BrokenFeed { feed, defect: Arc::clone(&self.defect) }))
    }

    async fn close(&self) {
        self.broker.close().await;
    }
}

struct BrokenFeed<D> {
    feed: Box<dyn Feed>,
    defect: Arc<D>,
}

#[async_trait]
impl<D: Defect> Feed for BrokenFeed<D> {
    async fn next(&mut self) -> Option<std::result::Result<Incoming, TransportError>> {
        let message = match self.feed.next().await? {
            Ok(message) => message,
            Err(error) => return Some(Err(error)),
        };
        let (topic, event, attempt) = (message.topic.clone(), message.event.clone(), message.attempt);
        let settle = BrokenSettle { message, defect: Arc::clone(&self.defect) };
        let mut message = Incoming::new(topic, event, attempt, settle);
        self.defect.receive(&mut message);
        Some(Ok(message))
    }
}

struct BrokenSettle<D> {
    message: Incoming,
    defect: Arc<D>,
}

#[async_trait]
impl<D: Defect> Settle for BrokenSettle<D> {
    async fn settle(self: Box<Self>, settlement: Settlement) -> std::result::Result<(), TransportError> {
        let Self { message, defect } = *self;
        match defect.settle(Some(settlement)) {
            Settlement::Again(pause) => message.nack(pause).await,
            Settlement::Rejected => message.reject().await,
            _ => message.ack().await,
        }
    }

    fn dropped(self: Box<Self>) {
        let Self { message, defect } = *self;
        if let Settlement::Acknowledged = defect.settle(None) {
            let mut ack = std::pin::pin!(message.ack());
            assert!(
                futures_util::FutureExt::now_or_never(ack.as_mut()).is_some(),
                "in memory nothing is waited for"
            );
        }
    }
}

pub(crate) fn nothing_is_accepted() {
    #[derive(Default)]
    struct Nothing;
    impl Defect for Nothing {}
    super::accepts(&cases::<Place<Nothing>>());
}

fn is_of(message: &Outgoing, topic: &str) -> bool {
    message.topic.as_str() == topic
}

mutants! {
    publishes_nothing_at_all, rejected by each_message_has_a_result {
        fn rewrite(&self, messages: &mut Vec<Outgoing>) {
            messages.truncate(499);
        }
    }

    does_not_say_what_became_of_the_last, rejected by what_is_published_comes_in {
        fn answer(&self, _: &[Outgoing], results: &mut Vec<Result>) {
            results.pop();
        }
    }

    says_something_of_nothing, rejected by nothing_can_be_published {
        fn answer(&self, messages: &[Outgoing], results: &mut Vec<Result>) {
            if messages.is_empty() {
                results.push(Ok(()));
            }
        }
    }

    refuses_what_nobody_asks_for, rejected by what_nobody_has_asked_for_is_published_all_the_same {
        fn answer(&self, messages: &[Outgoing], results: &mut Vec<Result>) {
            if messages.iter().any(|message| is_of(message, "nobody.asks")) {
                results[0] = Err(PublishError::Behind);
            }
        }
    }

    takes_messages_after_its_end, rejected by who_publishes_after_the_end_is_told_so {
        fn closes(&self) -> bool {
            false
        }
    }

    loses_extensions, rejected by all_attributes_come_in_as_they_were {
        fn rewrite(&self, messages: &mut Vec<Outgoing>) {
            messages.iter_mut().for_each(|message| message.event.extensions.clear());
        }
    }

    takes_data_for_text, rejected by any_bytes_come_in_as_they_were {
        fn rewrite(&self, messages: &mut Vec<Outgoing>) {
            for message in messages {
                let data = message.event.data.take();
                message.event.data = data.map(|data| String::from_utf8_lossy(&data).into_owned().into());
            }
        }
    }

    cuts_what_is_large, rejected by a_message_of_a_megabyte_comes_in {
        fn rewrite(&self, messages: &mut Vec<Outgoing>) {
            for message in messages {
                message.event.data = message.event.data.take().map(|data| data.slice(..data.len().min(1 << 19)));
            }
        }
    }

    does_not_know_small_letters, rejected by a_topic_goes_to_those_whose_pattern_it_matches {
        fn rewrite(&self, messages: &mut Vec<Outgoing>) {
            for message in messages {
                message.topic = message.topic.as_str().to_lowercase().parse().unwrap();
            }
        }
    }

    takes_one_word_for_any, rejected by a_topic_goes_to_those_whose_pattern_it_matches {
        fn ask(&self, listen: &mut Listen) {
            for pattern in &mut listen.patterns {
                *pattern = pattern.as_str().replace('*', "#").parse().unwrap();
            }
        }
    }

    wants_a_word_for_any, rejected by a_topic_goes_to_those_whose_pattern_it_matches {
        fn ask(&self, listen: &mut Listen) {
            for pattern in &mut listen.patterns {
                if let Some(begin) = pattern.as_str().strip_suffix(".#") {
                    *pattern = format!("{begin}.*.#").parse().unwrap();
                }
            }
        }
    }

    delivers_once_for_each_pattern, rejected by what_matches_several_patterns_of_a_consumer_comes_once {
        fn rewrite(&self, messages: &mut Vec<Outgoing>) {
            if let Some(place) = messages.iter().position(|message| is_of(message, "invoice.7")) {
                messages.insert(place, messages[place].clone());
            }
        }
    }

    takes_a_slash_for_a_dot, rejected by words_may_have_any_characters {
        fn receive(&self, message: &mut Incoming) {
            message.topic = message.topic.as_str().replace("a/b", "a.b").parse().unwrap();
        }
    }

    hands_a_call_over_from_its_end, rejected by what_has_one_key_comes_in_order {
        fn rewrite(&self, messages: &mut Vec<Outgoing>) {
            if messages.len() == 250 {
                messages.reverse();
            }
        }
    }

    has_no_room_for_many_keys, rejected by keys_do_not_wait_for_each_other {
        fn rewrite(&self, messages: &mut Vec<Outgoing>) {
            if messages.len() == 1_000 {
                messages.swap(998, 999);
                messages.truncate(999);
                let last = messages[998].clone();
                messages.push(last);
            }
        }
    }

    gives_a_new_consumer_what_was_before, keeping Mutex<Vec<Outgoing>>, rejected by a_new_consumer_begins_now {
        fn rewrite(&self, messages: &mut Vec<Outgoing>) {
            self.0.lock().unwrap().extend(messages.iter().filter(|message| is_of(message, "a.b")).cloned());
        }

        async fn listens(&self, broker: &LocalBroker, _: &Listen) {
            let before = self.0.lock().unwrap().clone();
            broker.publish(before).await;
        }
    }

    gives_out_as_much_as_there_is, rejected by no_more_are_under_way_than_are_allowed {
        fn ask(&self, listen: &mut Listen) {
            listen.prefetch = std::num::NonZeroU16::MAX;
        }
    }

    gives_each_who_listens_everything, keeping AtomicUsize, rejected by those_who_listen_in_one_name_share {
        fn ask(&self, listen: &mut Listen) {
            let count = self.0.fetch_add(1, Relaxed);
            listen.consumer = ConsumerName::new(format!("{}-{count}", listen.consumer)).unwrap();
        }
    }

    does_not_remember_who_has_listened, keeping AtomicUsize, rejected by what_is_published_while_nobody_listens_is_kept {
        fn ask(&self, listen: &mut Listen) {
            let name = format!("{}{}", listen.consumer, self.0.fetch_add(1, Relaxed));
            listen.consumer = ConsumerName::new(name).unwrap();
        }
    }

    forgets_what_is_dropped, rejected by what_is_dropped_comes_again {
        fn settle(&self, said: Option<Settlement>) -> Settlement {
            said.unwrap_or(Settlement::Acknowledged)
        }
    }

    does_not_count, rejected by what_is_dropped_comes_again {
        fn receive(&self, message: &mut Incoming) {
            message.attempt = 1;
        }
    }

    forgets_what_is_given_back, rejected by what_is_given_back_comes_again_and_is_counted {
        fn settle(&self, said: Option<Settlement>) -> Settlement {
            match said {
                Some(Settlement::Again(_)) => Settlement::Acknowledged,
                said => said.unwrap_or(Settlement::Again(Duration::ZERO)),
            }
        }
    }

    forgets_what_waits, rejected by what_is_given_back_does_not_hold_up_others {
        fn settle(&self, said: Option<Settlement>) -> Settlement {
            match said {
                Some(Settlement::Again(pause)) if !pause.is_zero() => Settlement::Acknowledged,
                said => said.unwrap_or(Settlement::Again(Duration::ZERO)),
            }
        }
    }

    gives_what_is_rejected_again, rejected by what_is_rejected_does_not_come_again {
        fn settle(&self, said: Option<Settlement>) -> Settlement {
            match said {
                Some(Settlement::Rejected) | None => Settlement::Again(Duration::ZERO),
                Some(said) => said,
            }
        }
    }

    does_not_wait, rejected by what_is_given_back_waits_as_long_as_is_said {
        fn settle(&self, said: Option<Settlement>) -> Settlement {
            match said {
                Some(Settlement::Again(_)) | None => Settlement::Again(Duration::ZERO),
                Some(said) => said,
            }
        }
    }
}
