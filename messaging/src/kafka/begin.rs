use super::progress::Partition;
use crate::transport::Since;
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer as _, ConsumerContext},
    error::{KafkaError, KafkaResult},
    types::RDKafkaErrorCode as Code,
};
use std::{sync::Arc, time::Duration};

/// Gives a group that is new its place in each partition, so that what is published from then on is kept for it; and returns the
/// places of one that is. `None` is that of a partition that was added later, which is read from its beginning.
///
/// Blocks.
pub(super) fn begin<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    topics: &[String],
    since: Since,
    timeout: Duration,
) -> KafkaResult<Vec<(Partition, Option<i64>)>> {
    let mut new = TopicPartitionList::new();
    // Before it is asked which places are known: somebody else who makes the group known at the same time, and publishes then, has
    // a place that is not before this one.
    for topic in topics {
        for number in partitions(consumer, topic, timeout)? {
            let (oldest, next) = consumer.fetch_watermarks(topic, number, timeout)?;
            let place = match since {
                Since::Now => next,
                Since::Beginning => oldest,
            };
            new.add_partition_offset(topic, number, Offset::Offset(place))?;
        }
    }
    let known = places(&consumer.committed_offsets(new.clone(), timeout)?)?;
    if known.iter().any(|(_, place)| place.is_some()) {
        return Ok(known);
    }
    match consumer.commit(&new, CommitMode::Sync) {
        Ok(()) => places(&new),
        // It has members, who make it known.
        Err(error) if is_of_members(&error) => Ok(known),
        Err(error) => Err(error),
    }
}

/// The partitions of a topic. Blocks.
pub(super) fn partitions<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    topic: &str,
    timeout: Duration,
) -> KafkaResult<Vec<i32>> {
    let metadata = consumer.fetch_metadata(Some(topic), timeout)?;
    let found = metadata.topics().iter().find(|of| of.name() == topic);
    if let Some(error) = found.and_then(rdkafka::metadata::MetadataTopic::error) {
        return Err(KafkaError::MetadataFetch(error.into()));
    }
    let partitions = found.map(rdkafka::metadata::MetadataTopic::partitions).unwrap_or_default();
    if partitions.is_empty() {
        return Err(KafkaError::MetadataFetch(Code::UnknownTopicOrPartition));
    }
    Ok(partitions.iter().map(rdkafka::metadata::MetadataPartition::id).collect())
}

fn is_of_members(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(Code::UnknownMemberId | Code::IllegalGeneration | Code::RebalanceInProgress)
    )
}

fn places(list: &TopicPartitionList) -> KafkaResult<Vec<(Partition, Option<i64>)>> {
    let elements = list.elements();
    let place = elements.iter().map(|element| {
        element.error()?;
        let place = match element.offset() {
            Offset::Offset(place) => Some(place),
            _ => None,
        };
        Ok((Partition { topic: Arc::from(element.topic()), number: element.partition() }, place))
    });
    place.collect()
}
