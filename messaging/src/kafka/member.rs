use super::{
    client::{Link, log},
    desk::Desk,
    progress::Partition,
};
use rdkafka::{
    ClientContext, Offset, Statistics, TopicPartitionList,
    config::RDKafkaLogLevel,
    consumer::{BaseConsumer, CommitMode, Consumer as _, ConsumerContext, Rebalance},
    error::{KafkaError, KafkaResult},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A member of a group, told by the client which partitions it has.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) desk: Arc<Desk>,
    pub(super) link: Link,
    pub(super) handover: Duration,
    pub(super) group: String,
}

/// Before what was not heard is said again.
const RETRY: Duration = Duration::from_millis(250);

pub(super) type Consumer = BaseConsumer<Member>;

impl ClientContext for Member {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.link.note(error, reason);
    }

    fn stats(&self, _: Statistics) {}
}

impl ConsumerContext for Member {
    fn pre_rebalance(&self, consumer: &Consumer, rebalance: &Rebalance<'_>) {
        match rebalance {
            Rebalance::Revoke(list) => self.leave(consumer, &partitions(list)),
            Rebalance::Assign(list) => {
                let mut state = self.desk.state();
                for partition in partitions(list) {
                    tracing::debug!(group = self.group, %partition, "partition of Kafka is had");
                    state.begin(partition, None);
                }
            }
            Rebalance::Error(error) => tracing::warn!(group = self.group, %error, "Kafka shares out anew"),
        }
    }
}

impl Member {
    /// Gives partitions up, after what is in hand of them, and so that whoever gets them knows what is settled.
    fn leave(&self, consumer: &Consumer, partitions: &[Partition]) {
        tracing::debug!(group = self.group, ?partitions, "partitions of Kafka are given up");
        if consumer.assignment_lost() {
            // Somebody else has them already.
            self.desk.state().end(partitions);
            return;
        }
        self.desk.leave(partitions, self.handover);
        if let Err(error) = self.commit(consumer, Some(partitions)) {
            tracing::warn!(group = self.group, %error, "what was settled comes again");
        }
        self.desk.state().end(partitions);
    }

    /// Has the broker remember what is settled, of these partitions or of all, and waits until it does. (Nobody says what becomes of a
    /// commit that is not waited for: the client's binding for Rust has no event for it.)
    pub(super) fn commit(&self, consumer: &Consumer, of: Option<&[Partition]>) -> KafkaResult<()> {
        let (mut list, mut asked) = (TopicPartitionList::new(), Vec::new());
        for (partition, progress) in self.desk.state().progresses() {
            let is_meant = of.is_none_or(|of| of.contains(partition));
            if let (true, Some(offset)) = (is_meant, progress.to_commit()) {
                list.add_partition_offset(&partition.topic, partition.number, Offset::Offset(offset))?;
                progress.asked(offset);
                asked.push((partition.clone(), progress.epoch, offset));
            }
        }
        if asked.is_empty() {
            return Ok(());
        }
        let heard = consumer.commit(&list, CommitMode::Sync);
        let mut state = self.desk.state();
        for (partition, epoch, offset) in asked {
            let progress = state.progress(&partition).filter(|progress| progress.epoch == epoch);
            match (progress, &heard) {
                (Some(progress), Ok(())) => progress.confirmed = Some(offset),
                (Some(progress), Err(_)) => progress.ask_again(),
                (None, _) => {}
            }
        }
        state.unheard_until = heard.is_err().then(|| Instant::now() + RETRY);
        drop(state);
        self.desk.committed.send_replace(());
        heard
    }
}

pub(super) fn partitions(list: &TopicPartitionList) -> Vec<Partition> {
    list.elements().iter().map(|element| partition(element.topic(), element.partition())).collect()
}

fn partition(topic: &str, number: i32) -> Partition {
    Partition { topic: Arc::from(topic), number }
}
