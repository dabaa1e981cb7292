use async_nats::jetstream::{self, consumer, message::StreamMessage};
use factum_messaging::nats::{Nats, NatsConfig};
use factum_testkit::conformance::Fixture;
use uuid::Uuid;

/// Streams and subjects that nobody else uses, deleted at the end.
pub(crate) struct Place {
    url: String,
    pub(crate) name: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::at(crate::servers::of_nats())
    }

    pub(crate) fn at(url: String) -> Self {
        Self { url, name: format!("factum_test_{}", Uuid::new_v4().simple()) }
    }

    pub(crate) fn config(&self) -> NatsConfig {
        NatsConfig::new(&self.url).stream(&self.name).prefix(&self.name).fsync_is_always()
    }

    pub(crate) async fn connect(&self) -> Nats {
        self.config().connect().await.unwrap()
    }

    /// Without Factum.
    pub(crate) async fn jetstream(&self) -> jetstream::Context {
        jetstream::new(async_nats::connect(&self.url).await.unwrap())
    }
}

impl Fixture for Place {
    type Store = Nats;

    async fn make() -> Self {
        Self::new()
    }

    async fn open(&self) -> Nats {
        self.connect().await
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let (url, name) = (self.url.clone(), self.name.clone());
        // A runtime of its own, since that of the test may be one that is blocked by this.
        let deleted = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let Ok(client) = async_nats::connect(url).await else { return };
                let jetstream = jetstream::new(client);
                for name in [name.clone(), format!("{name}_dead")] {
                    let _ = jetstream.delete_stream(name).await;
                }
            });
        });
        let _ = deleted.join();
    }
}

impl Place {
    pub(crate) fn dead(&self) -> String {
        format!("{}_dead", self.name)
    }

    /// How many messages a stream has.
    pub(crate) async fn count(&self, stream: &str) -> u64 {
        let stream = self.jetstream().await.get_stream(stream).await.unwrap();
        stream.cached_info().state.messages
    }

    /// The messages of a stream.
    pub(crate) async fn messages(&self, stream: &str) -> Vec<StreamMessage> {
        let stream = self.jetstream().await.get_stream(stream).await.unwrap();
        let mut messages = Vec::new();
        for sequence in 1..=stream.cached_info().state.last_sequence {
            messages.push(stream.get_raw_message(sequence).await.unwrap());
        }
        messages
    }

    /// What the server knows of a consumer.
    pub(crate) async fn consumer(&self, name: &str) -> consumer::Info {
        let stream = self.jetstream().await.get_stream(&self.name).await.unwrap();
        stream.consumer_info(name).await.unwrap()
    }
}
