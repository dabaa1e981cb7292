//! The brokers, each on a server of its own.

use crate::{Result, plan::Fall};
use factum_services::{mosquitto::Mosquitto, nats::Nats, rabbitmq::RabbitMq};
use std::{
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::{Duration, Instant},
};
use tokio::time::sleep_until;

/// What it has confirmed since, it forgets when it is killed.
pub(super) const MOSQUITTO_SAVES_EVERY: Duration = Duration::from_secs(1);

pub(super) struct Brokers {
    rabbitmq: RabbitMq,
    nats: Nats,
    mosquitto: Mosquitto,
    killed: AtomicU32,
}

impl Brokers {
    pub(super) async fn start() -> Result<Self> {
        // Its queues have room for a thousand messages otherwise, and it drops what is more.
        let mosquitto = Mosquitto::builder().set("max_queued_messages", 0);
        let mosquitto = mosquitto
            .set("autosave_on_changes", false)
            .set("autosave_interval", MOSQUITTO_SAVES_EVERY.as_secs());
        let (rabbitmq, nats, mosquitto) =
            tokio::try_join!(RabbitMq::builder().start(), Nats::builder().start(), mosquitto.start())?;
        Ok(Self { rabbitmq, nats, mosquitto, killed: AtomicU32::new(0) })
    }

    /// Where they are, as arguments of a node.
    pub(super) fn arguments(&self) -> Vec<String> {
        let all = [
            ("--rabbitmq", self.rabbitmq.url()),
            ("--nats", self.nats.url()),
            ("--mqtt", self.mosquitto.url()),
        ];
        all.into_iter().flat_map(|(name, url)| [name.to_owned(), url]).collect()
    }

    pub(super) fn killed(&self) -> u32 {
        self.killed.load(Relaxed)
    }

    /// Waits until what the nodes have declared would be found after a crash. RabbitMQ 3.10 says that it has a queue before that.
    pub(super) async fn settled(&self) -> Result<()> {
        for queue in ["factum.book_of_rabbitmq", "factum.book_of_rabbitmq.dead"] {
            self.rabbitmq.wait_until_kept(queue).await?;
        }
        Ok(())
    }

    /// Kills each when it is planned, and starts it again; in the end all of them are there.
    pub(super) async fn disturb(&self, [one, two, three]: [Fall; 3]) -> Result<()> {
        let begun = Instant::now();
        let rabbitmq = async {
            sleep_until((begun + one.at).into()).await;
            self.rabbitmq.kill().await?;
            sleep_until((begun + one.at + one.down).into()).await;
            self.rabbitmq.start().await
        };
        let nats = async {
            sleep_until((begun + two.at).into()).await;
            self.nats.kill().await?;
            sleep_until((begun + two.at + two.down).into()).await;
            self.nats.start().await
        };
        let mosquitto = async {
            sleep_until((begun + three.at).into()).await;
            self.mosquitto.kill().await?;
            sleep_until((begun + three.at + three.down).into()).await;
            self.mosquitto.start().await
        };
        tokio::try_join!(rabbitmq, nats, mosquitto)?;
        self.killed.fetch_add(3, Relaxed);
        Ok(())
    }
}
