//! A cluster of one's own, which the client's library plays: brokers that listen, and keep what they have in memory.

use rdkafka::mocking::MockCluster;
use std::{
    sync::mpsc::{self, Sender},
    thread,
};

pub(crate) struct Cluster {
    brokers: String,
    tell: Sender<(Command, Sender<()>)>,
}

enum Command {
    Down,
    Up,
    Make(String),
}

impl Cluster {
    pub(crate) fn new(brokers: i32) -> Self {
        let (tell, told) = mpsc::channel::<(Command, Sender<()>)>();
        let (say, heard) = mpsc::channel();
        // It may not leave its thread.
        thread::spawn(move || {
            let cluster = MockCluster::new(brokers).unwrap();
            say.send(cluster.bootstrap_servers()).unwrap();
            for (command, done) in told {
                match command {
                    Command::Down => cluster.broker_down(-1).unwrap(),
                    Command::Up => cluster.broker_up(-1).unwrap(),
                    Command::Make(topic) => cluster.create_topic(&topic, 4, 1).unwrap(),
                }
                let _ = done.send(());
            }
        });
        Self { brokers: heard.recv().unwrap(), tell }
    }

    pub(crate) fn url(&self) -> String {
        self.brokers.clone()
    }

    /// Ends all connections, and takes no new ones.
    pub(crate) fn down(&self) {
        self.tell(Command::Down);
    }

    /// Takes connections again.
    pub(crate) fn up(&self) {
        self.tell(Command::Up);
    }

    /// Makes a topic, which clients cannot ask for.
    pub(crate) fn make(&self, topic: &str) {
        self.tell(Command::Make(topic.to_owned()));
    }

    fn tell(&self, command: Command) {
        let (done, heard) = mpsc::channel();
        self.tell.send((command, done)).unwrap();
        heard.recv().unwrap();
    }
}
