use super::cluster::Cluster;
use crate::given::soon;
use factum_messaging::kafka::{Kafka, KafkaConfig};
use factum_testkit::conformance::Fixture;
use rdkafka::{
    ClientConfig, Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _},
    message::OwnedMessage,
};
use std::{
    env,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// In the environment: the address of a real cluster, which tests use that need not disturb it.
const VARIABLE: &str = "FACTUM_KAFKA_URL";

/// A topic that nobody else uses.
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) topic: String,
    is_real: bool,
    /// Kept running.
    _cluster: Option<Cluster>,
}

impl Place {
    /// On the cluster that the environment names, or on one of its own.
    pub(crate) fn new() -> Self {
        match env::var(VARIABLE) {
            Ok(url) => Self::at(url),
            Err(env::VarError::NotPresent) => {
                let cluster = Cluster::new(1);
                let place = Self::on(&cluster);
                Self { _cluster: Some(cluster), ..place }
            }
            Err(error) => panic!("{VARIABLE}: {error}"),
        }
    }

    /// On a cluster that can be disturbed.
    pub(crate) fn on(cluster: &Cluster) -> Self {
        let place = Self { is_real: false, ..Self::at(cluster.url()) };
        for topic in [place.topic.clone(), place.dead(), place.orders()] {
            cluster.make(&topic);
        }
        place
    }

    fn at(url: String) -> Self {
        let topic = format!("factum_test_{}", Uuid::new_v4().simple());
        Self { url, topic, is_real: true, _cluster: None }
    }

    /// The topic of dead letters.
    pub(crate) fn dead(&self) -> String {
        format!("{}.dead", self.topic)
    }

    /// A topic that a test may have for its orders.
    pub(crate) fn orders(&self) -> String {
        format!("{}.orders", self.topic)
    }

    pub(crate) fn config(&self) -> KafkaConfig {
        let config = KafkaConfig::new(&self.url).topic(&self.topic).partitions(4);
        match self.is_real {
            true => config,
            // The library's brokers do not hear that a member leaves its group.
            false => config.session_timeout(Duration::from_secs(3)),
        }
    }

    pub(crate) async fn connect(&self) -> Kafka {
        self.config().connect().await.unwrap()
    }

    fn brokers(&self) -> &str {
        self.url.strip_prefix("kafka://").unwrap_or(&self.url)
    }

    /// Without Factum.
    pub(crate) fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", self.brokers()).set("partitioner", "murmur2_random");
        config
    }

    /// What is in a topic now, read without Factum: so many messages, which have to come.
    pub(crate) async fn records(&self, topic: &str, count: usize) -> Vec<OwnedMessage> {
        let mut config = self.client();
        config.set("group.id", Uuid::new_v4().to_string()).set("enable.auto.commit", "false");
        let topic = topic.to_owned();
        let read = tokio::task::spawn_blocking(move || {
            let consumer: BaseConsumer = config.create().unwrap();
            let metadata = consumer.fetch_metadata(Some(&topic), Duration::from_secs(10)).unwrap();
            let mut all = TopicPartitionList::new();
            for partition in metadata.topics()[0].partitions() {
                all.add_partition_offset(&topic, partition.id(), Offset::Beginning).unwrap();
            }
            consumer.assign(&all).unwrap();
            let (mut found, until) = (Vec::new(), Instant::now() + Duration::from_secs(10));
            while found.len() < count {
                assert!(Instant::now() < until, "{} of {count} messages came", found.len());
                if let Some(Ok(message)) = consumer.poll(Duration::from_millis(100)) {
                    found.push(message.detach());
                }
            }
            found.sort_by_key(|message| (message.partition(), message.offset()));
            found
        });
        read.await.unwrap()
    }

    /// The sum of what a group has committed in all partitions.
    pub(crate) async fn committed(&self, group: &str) -> i64 {
        let mut config = self.client();
        config.set("group.id", group);
        let topic = self.topic.clone();
        let asked = tokio::task::spawn_blocking(move || {
            let consumer: BaseConsumer = config.create().unwrap();
            let metadata = consumer.fetch_metadata(Some(&topic), Duration::from_secs(10)).unwrap();
            let mut all = TopicPartitionList::new();
            for partition in metadata.topics()[0].partitions() {
                all.add_partition(&topic, partition.id());
            }
            let committed = consumer.committed_offsets(all, Duration::from_secs(10)).unwrap();
            let offsets = committed.elements();
            offsets.iter().map(|element| element.offset().to_raw().unwrap().max(0)).sum()
        });
        soon(asked).await.unwrap()
    }
}

impl Fixture for Place {
    type Store = Kafka;

    async fn make() -> Self {
        Self::new()
    }

    async fn open(&self) -> Kafka {
        self.connect().await
    }
}
