use super::{
    begin::{begin, partitions},
    connection::{Connection, blocking},
    desk::Desk,
    error::{failed, is_final},
    member::{Consumer, Member},
    message::Record,
    progress::Partition,
};
use crate::transport::{Listen, TransportError};
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::Consumer as _,
    error::KafkaError,
    message::{BorrowedMessage, Message as _},
    types::RDKafkaErrorCode as Code,
};
use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

/// The thread of a feed: the client hands out messages, partitions and news of what it has done to whoever polls, and blocks meanwhile.
pub(super) struct Polling {
    consumer: Arc<Consumer>,
    listen: Listen,
    topics: Vec<String>,
    desk: Arc<Desk>,
    /// Nothing is fetched of partitions up to this one, since there is enough to be handed out.
    paused: Option<u64>,
    /// Of one who listens alone: when to look for partitions that are new.
    look: Option<Instant>,
    /// Of what it was warned last, and when.
    warned: Option<(Code, Instant)>,
}

/// How long it may take until it is seen that the feed has ended.
const TICK: Duration = Duration::from_millis(10);
/// Between two times that the broker is told what is settled.
const BREATH: Duration = Duration::from_millis(5);
/// Between two looks whether there are new partitions.
const LOOKS: Duration = Duration::from_secs(30);
/// How long such a look may take, and whatever is asked at the end.
const GLANCE: Duration = Duration::from_secs(1);
/// How often it is said that something is still so.
const WARNINGS: Duration = Duration::from_secs(30);
/// Of what waits to be handed out: messages beside the prefetch, and bytes.
const AHEAD: usize = 64;
const BYTES: usize = 16 * 1024 * 1024;

/// Makes a consumer known, if it is not, and stops there.
pub(super) async fn prepare(connection: &Connection, listen: &Listen) -> Result<(), TransportError> {
    let desk = Arc::<Desk>::default();
    let (topics, since, timeout) =
        (connection.config.topics.all(), listen.since, connection.config.connect_timeout);
    let doing = doing(listen);
    let consumer = consumer(connection, listen, &desk)?;
    let begun = blocking(move || begin(&consumer, &topics, since, timeout).map(drop)).await;
    begun.map_err(|error| connection.failed(&doing, error))
}

/// Listens, and returns where what comes in is to be had.
pub(super) async fn poll(connection: &Connection, listen: Listen) -> Result<Arc<Desk>, TransportError> {
    let group = connection.config.group(listen.consumer.as_str());
    connection.wait_for_ends(&group).await;
    let desk = Arc::<Desk>::default();
    let (topics, timeout) = (connection.config.topics.all(), connection.config.connect_timeout);
    let doing = doing(&listen);
    let polling = Polling {
        consumer: Arc::new(consumer(connection, &listen, &desk)?),
        listen,
        topics,
        desk: Arc::clone(&desk),
        paused: None,
        look: None,
        warned: None,
    };
    let begun = blocking(move || {
        let mut polling = polling;
        polling.begin(timeout)?;
        Ok(polling)
    });
    let polling = begun.await.map_err(|error| connection.failed(&doing, error))?;
    connection.add(&group, &desk);
    let thread = thread::Builder::new().name("factum-kafka".to_owned());
    let spawned = thread.spawn(move || polling.run());
    spawned.map_err(|error| TransportError::unavailable(doing, error))?;
    Ok(desk)
}

fn doing(listen: &Listen) -> String {
    format!("listening with Kafka as {}", listen.consumer)
}

fn consumer(connection: &Connection, listen: &Listen, desk: &Arc<Desk>) -> Result<Consumer, TransportError> {
    let group = connection.config.group(listen.consumer.as_str());
    let config = connection.config.consumer(&group);
    let (desk, link) = (Arc::clone(desk), connection.link.clone());
    let member = Member { desk, link, handover: connection.config.handover, group };
    config.create_with_context(member).map_err(|error| failed(doing(listen), error))
}

impl Polling {
    fn begin(&mut self, timeout: Duration) -> Result<(), KafkaError> {
        let places = begin(&self.consumer, &self.topics, self.listen.since, timeout)?;
        if !self.listen.alone {
            let topics: Vec<_> = self.topics.iter().map(String::as_str).collect();
            return self.consumer.subscribe(&topics);
        }
        self.look = Some(Instant::now() + LOOKS);
        let mut list = TopicPartitionList::new();
        let mut state = self.desk.state();
        for (partition, place) in places {
            let from = place.map_or(Offset::Beginning, Offset::Offset);
            list.add_partition_offset(&partition.topic, partition.number, from)?;
            state.begin(partition, place);
        }
        drop(state);
        self.consumer.assign(&list)
    }

    fn run(mut self) {
        let committing = thread::spawn({
            let (consumer, desk) = (Arc::clone(&self.consumer), Arc::clone(&self.desk));
            move || commit(&consumer, &desk)
        });
        while !self.desk.state().is_closing {
            match self.consumer.poll(TICK) {
                Some(Ok(message)) => self.came(&message),
                Some(Err(error)) => {
                    if let Some(error) = self.failed(error) {
                        self.desk.fail(error);
                        break;
                    }
                }
                None => {}
            }
            self.make_room();
            if self.look.is_some_and(|look| look <= Instant::now()) {
                self.look_for_partitions();
            }
        }
        self.end(committing);
    }

    fn came(&self, message: &BorrowedMessage<'_>) {
        let (record, is_whole) = Record::of(message);
        let topic = record.topic().filter(|_| is_whole);
        // What cannot be told is not for nobody: it becomes a dead letter.
        let wanted = topic
            .as_ref()
            .is_none_or(|topic| self.listen.patterns.iter().any(|pattern| pattern.matches(topic)));
        let partition = Partition { topic: Arc::from(message.topic()), number: message.partition() };
        self.desk.state().came(&partition, message.offset(), topic, record, wanted);
        self.desk.woken();
    }

    /// What ends the feed, if it does.
    fn failed(&mut self, error: KafkaError) -> Option<TransportError> {
        let code = error.rdkafka_error_code()?;
        if matches!(error, KafkaError::MessageConsumptionFatal(_)) || is_final(code) {
            return Some(TransportError::new(doing(&self.listen), error));
        }
        let now = Instant::now();
        if self.warned.is_none_or(|(of, last)| of != code || last + WARNINGS <= now) {
            self.warned = Some((code, now));
            tracing::warn!(consumer = %self.listen.consumer, %error, "nothing comes in from Kafka for now");
        }
        None
    }

    /// Fetches nothing while there is enough, and goes on when there is not.
    fn make_room(&mut self) {
        let ((messages, bytes), newest) = {
            let state = self.desk.state();
            (state.waits(), state.newest())
        };
        let most = usize::from(self.listen.prefetch.get()) + AHEAD;
        let is_full = messages >= most || bytes >= BYTES;
        let is_low = messages <= most / 2 && bytes <= BYTES / 2;
        let (changed, paused) = if is_full && self.paused.is_none_or(|paused| paused < newest) {
            (self.consumer.assignment().and_then(|all| self.consumer.pause(&all)), Some(newest))
        } else if is_low && self.paused.is_some() {
            (self.consumer.assignment().and_then(|all| self.consumer.resume(&all)), None)
        } else {
            return;
        };
        match changed {
            Ok(()) => self.paused = paused,
            Err(error) => tracing::debug!(%error, "Kafka goes on fetching as it did"),
        }
    }

    /// One who listens alone is told by nobody.
    fn look_for_partitions(&mut self) {
        self.look = Some(Instant::now() + LOOKS);
        let mut list = TopicPartitionList::new();
        for topic in &self.topics {
            let Ok(numbers) = partitions(&self.consumer, topic, GLANCE) else { continue };
            for number in numbers {
                let partition = Partition { topic: Arc::from(topic.as_str()), number };
                let mut state = self.desk.state();
                if !state.has(&partition)
                    && list.add_partition_offset(topic, number, Offset::Beginning).is_ok()
                {
                    state.begin(partition, None);
                }
            }
        }
        if list.count() > 0
            && let Err(error) = self.consumer.incremental_assign(&list)
        {
            tracing::warn!(consumer = %self.listen.consumer, %error, "new partitions of Kafka are not read yet");
            self.desk.state().end(&super::member::partitions(&list));
        }
    }

    /// What was settled is told; all else comes again, here or elsewhere.
    fn end(self, committing: thread::JoinHandle<()>) {
        self.desk.close();
        let _ = committing.join();
        let Self { consumer, listen, desk, .. } = self;
        if let Err(error) = consumer.context().commit(&consumer, None) {
            tracing::warn!(consumer = %listen.consumer, %error, "what was settled comes again");
        }
        // Leaves the group.
        drop(consumer);
        desk.ended.cancel();
    }
}

/// The other thread of a feed: tells the broker what is settled, and waits for its answer.
fn commit(consumer: &Consumer, desk: &Desk) {
    let member = consumer.context();
    let mut was_heard = true;
    while desk.wait_until_settled() {
        let heard = member.commit(consumer, None);
        if let (Err(error), true) = (&heard, was_heard) {
            tracing::warn!(group = member.group, %error, "Kafka does not hear what was settled; it is told again");
        }
        was_heard = heard.is_ok();
        thread::sleep(BREATH);
    }
}
