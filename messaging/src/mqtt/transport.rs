use super::{
    MqttConfig, Qos,
    driver::drive,
    feed::MqttFeed,
    filter::filters,
    held::Held,
    message,
    publisher::{Publisher, Sent},
    session::{Known, Session},
    topic::{encode, encode_word},
};
use crate::{
    Topic,
    transport::{
        Capabilities, Feed, Listen, Outgoing, PublishError, Saving, Transport, TransportError, in_order,
    },
};
use async_trait::async_trait;
use bytes::Bytes;
use rumqttc::v5::{
    AsyncClient,
    mqttbytes::{
        QoS,
        v5::{Filter, PublishProperties, RetainForwardRule},
    },
};
use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{Arc, Mutex},
    time::Instant,
};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

/// A connection to a broker of MQTT 5, and one for each feed; cheap to clone, and all clones are one. See the [module](super).
#[derive(Clone)]
pub struct Mqtt {
    shared: Arc<Shared>,
}

struct Shared {
    config: MqttConfig,
    publisher: Arc<Publisher>,
    /// Cancelled once the transport is closed.
    closing: CancellationToken,
    tasks: TaskTracker,
    listening: tokio::sync::Mutex<Listening>,
}

/// Those who listen in this process, by client id.
#[derive(Default)]
struct Listening {
    /// One ends before the next begins.
    feeds: HashMap<String, Running>,
    /// Whose sessions the broker has saved, as far as this process has seen.
    saved: HashSet<String>,
}

struct Running {
    ends: CancellationToken,
    has_ended: CancellationToken,
}

const DOING: &str = "listening with MQTT";

/// So many acknowledgements wait to be written at most; more than messages can be held. One that found no room would never be written,
/// since a broker sends nothing again within a connection, and it would wait for it for ever.
const ACKNOWLEDGEMENTS: usize = 1 << 20;

impl Mqtt {
    /// Connects to the broker at `url` (`mqtt://localhost`), with the defaults of [`MqttConfig`].
    ///
    /// # Errors
    /// As [`MqttConfig::connect`].
    pub async fn connect(url: impl Into<String>) -> Result<Self, TransportError> {
        MqttConfig::new(url).connect().await
    }

    pub(super) async fn of(config: MqttConfig) -> Result<Self, TransportError> {
        config.check()?;
        let (closing, tasks) = (CancellationToken::new(), TaskTracker::new());
        let publisher = Arc::new(Publisher::open(&config, &closing, &tasks).await?);
        let listening = tokio::sync::Mutex::default();
        Ok(Self { shared: Arc::new(Shared { config, publisher, closing, tasks, listening }) })
    }

    /// Empties a [retained](MqttConfig::retained) topic: whoever listens to it for the first time finds nothing.
    ///
    /// # Errors
    /// [`PublishError`] as for any message.
    pub async fn clear(&self, topic: &Topic) -> Result<(), PublishError> {
        let name = self.shared.config.prefixed(&encode(topic.as_str()));
        // Not at most once, or it might not be emptied.
        let qos = QoS::AtLeastOnce;
        let (data, properties) = (Bytes::new(), PublishProperties::default());
        self.shared.publisher.send(Sent { name, qos, retain: true, data, properties }, None).await
    }

    /// Publishes a message as the state of its topic, whether or not the topic is one of those that are
    /// [retained](MqttConfig::retained).
    ///
    /// # Errors
    /// [`PublishError`] as for any message.
    pub async fn publish_retained(&self, message: Outgoing) -> Result<(), PublishError> {
        self.shared.publish(message, true, None).await
    }
}

impl Shared {
    async fn publish(&self, message: Outgoing, retain: bool, over: Option<u64>) -> Result<(), PublishError> {
        if self.closing.is_cancelled() {
            return Err(PublishError::closed());
        }
        let name = self.config.prefixed(&encode(message.topic.as_str()));
        let retain = retain || self.config.retained.iter().any(|pattern| pattern.matches(&message.topic));
        let (properties, data) = message::write(&message.event);
        let qos = self.config.qos.of_client();
        self.publisher.send(Sent { name, qos, retain, data, properties }, over).await
    }

    /// Whether messages are kept for consumers that are away.
    fn keeps(&self) -> bool {
        !self.config.shares && self.config.qos != Qos::AtMostOnce
    }

    /// A client, and its session if it is to have one.
    fn client_id(&self, consumer: &str) -> String {
        let prefix = if self.config.prefix.is_empty() { "factum" } else { &self.config.prefix };
        let id = format!("{prefix}/{consumer}");
        if self.config.shares { format!("{id}/{}", Uuid::new_v4().simple()) } else { id }
    }

    fn filters(&self, listen: &Listen, consumer: &str) -> Vec<Filter> {
        let share = if self.config.shares { format!("$share/{consumer}/") } else { String::new() };
        let filters = filters(&listen.patterns).into_iter().map(|filter| {
            let path = format!("{share}{}", self.config.prefixed(&filter));
            let mut filter = Filter::new(path, self.config.qos.of_client());
            // A state is given to whoever is new, and not again to whoever comes back.
            filter.retain_forward_rule = RetainForwardRule::OnNewSubscribe;
            filter
        });
        filters.collect()
    }

    async fn listen(&self, listen: Listen) -> Result<MqttFeed, TransportError> {
        // A level of its own, and a name for `$share`, which may have no wildcard.
        let consumer = encode_word(listen.consumer.as_str()).replace('#', "=23");
        let client_id = self.client_id(&consumer);
        let mut listening = self.listening.lock().await;
        let Listening { feeds, saved } = &mut *listening;
        if self.closing.is_cancelled() {
            return Err(TransportError::closed(DOING));
        }
        feeds.retain(|_, feed| !feed.has_ended.is_cancelled());
        if let Some(Running { ends, has_ended }) = feeds.remove(&client_id) {
            // What it has acknowledged is to be heard before the session goes on here.
            ends.cancel();
            has_ended.cancelled().await;
        }
        let mut options = self.config.options(&client_id)?;
        options.set_manual_acks(true);
        options.set_clean_start(self.config.shares);
        options.set_session_expiry_interval((!self.config.shares).then(|| self.config.session_seconds()));
        options.set_receive_maximum(Some(listen.prefetch.get()));
        let publishing = self.publisher.connection();
        let (client, events) = AsyncClient::new(options, ACKNOWLEDGEMENTS);
        let (out, received) = mpsc::unbounded_channel();
        let (tell, first) = oneshot::channel();
        let waiting = Arc::default();
        let room = Arc::new(Semaphore::new(usize::from(listen.prefetch.get())));
        let session = Session {
            config: self.config.clone(),
            client: client.clone(),
            publisher: Arc::clone(&self.publisher),
            held: Arc::new(Mutex::new(Held::new(client.clone(), usize::from(listen.prefetch.get())))),
            filters: self.filters(&listen, &consumer),
            patterns: listen.patterns,
            consumer,
            out,
            waiting: Arc::clone(&waiting),
            first: Some(tell),
            known: Known::New,
        };
        let (ends, has_ended) = (self.closing.child_token(), CancellationToken::new());
        let guard = ends.clone().drop_guard();
        feeds.insert(client_id.clone(), Running { ends: ends.clone(), has_ended: has_ended.clone() });
        let (until, ended) = (ends.clone(), has_ended.drop_guard());
        self.tasks.spawn(async move {
            drive(client, events, session, until).await;
            drop(ended);
        });
        match tokio::time::timeout(self.config.confirm_timeout, first).await {
            Ok(Ok(listens)) => match listens? {
                // What is published for a session that the broker forgets is lost. One that is there may have been made by another
                // process a moment ago.
                known if self.config.saves_every.is_some() && self.keeps() => {
                    if known == Known::New {
                        saved.remove(&client_id);
                    }
                    if !saved.contains(&client_id) {
                        self.publisher.wait_until_saved(publishing).await?;
                        saved.insert(client_id);
                    }
                }
                _ => {}
            },
            Ok(Err(_)) => return Err(TransportError::closed(DOING)),
            Err(elapsed) => return Err(TransportError::unavailable(DOING, elapsed)),
        }
        Ok(MqttFeed { received, room, waiting, closing: self.closing.clone(), ends, _guard: guard })
    }
}

#[async_trait]
impl Transport for Mqtt {
    fn name(&self) -> &'static str {
        "mqtt"
    }

    fn capabilities(&self) -> Capabilities {
        let MqttConfig { qos, shares, .. } = self.shared.config;
        let can = Capabilities::new().delays();
        let can = if qos == Qos::AtMostOnce { can } else { can.confirms() };
        match (qos, shares) {
            (_, true) => can.competes(),
            (Qos::AtMostOnce, _) => can,
            _ => can.keeps().redelivers(),
        }
    }

    async fn publish(&self, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>> {
        let at_once = self.shared.config.at_once.get();
        in_order(messages, at_once, |message| self.shared.publish(message, false, None)).await
    }

    async fn prepare(&self, listen: Listen) -> Result<(), TransportError> {
        if self.shared.config.shares {
            // Nothing is kept for those who share and are away.
            return Ok(());
        }
        self.shared.listen(listen).await.map(drop)
    }

    async fn listen(&self, listen: Listen) -> Result<Box<dyn Feed>, TransportError> {
        Ok(Box::new(self.shared.listen(listen).await?))
    }

    fn saving(&self) -> Option<&dyn Saving> {
        let MqttConfig { qos, saves_every, .. } = self.shared.config;
        // With at most once, it is not even known what the broker has.
        saves_every.filter(|_| qos != Qos::AtMostOnce).map(|_| self as &dyn Saving)
    }

    async fn close(&self) {
        self.shared.closing.cancel();
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
    }
}

#[async_trait]
impl Saving for Mqtt {
    fn connection(&self) -> u64 {
        self.shared.publisher.connection()
    }

    async fn publish_over(&self, connection: u64, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>> {
        let at_once = self.shared.config.at_once.get();
        in_order(messages, at_once, |message| self.shared.publish(message, false, Some(connection))).await
    }

    fn saved(&self, connection: u64) -> Result<Instant, TransportError> {
        self.shared.publisher.saved(connection)
    }
}

impl fmt::Debug for Mqtt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mqtt").field("config", &self.shared.config).finish_non_exhaustive()
    }
}
