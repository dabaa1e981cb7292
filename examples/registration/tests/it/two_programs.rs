//! A newsletter that is killed, and messages that come again.

use factum::{
    ConsumerName,
    messaging::{
        CloudEvent, Transport, connect,
        transport::{Listen, Outgoing, Since},
    },
};
use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

/// Killed when it is dropped.
struct Newsletter {
    program: Child,
    said: BufReader<ChildStdout>,
}

impl Newsletter {
    fn start(folder: &Path, broker: &str, name: &str) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_newsletter"));
        program.current_dir(folder).args(["readers.db", "--broker", broker]);
        let mut program = program.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(program.stdout.take().unwrap());
        let mut newsletter = Self { program, said };
        assert_eq!(newsletter.says(), format!("listening by {name}"));
        newsletter
    }

    fn says(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Newsletter {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn register(broker: &str) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_registration"));
    let run = program.args(["--broker", broker]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

/// What the registration has published.
async fn published(broker: &dyn Transport) -> Outgoing {
    let listen = Listen::new(ConsumerName::new("test").unwrap(), ["#".parse().unwrap()]);
    let mut feed = broker.listen(listen.since(Since::Beginning)).await.unwrap();
    let message = feed.next().await.unwrap().unwrap();
    let copy = Outgoing::new(message.topic.clone(), "ada", message.event.clone());
    message.ack().await.unwrap();
    copy
}

/// By the broker at `url`, which has nothing of a registration yet and is called `name`.
pub(crate) async fn a_reader_is_listed_once(url: &str, name: &str) {
    let folder = tempfile::tempdir().unwrap();
    // It hears of what was published before it was there.
    register(url);
    let mut newsletter = Newsletter::start(folder.path(), url, name);
    assert_eq!(newsletter.says(), "reader 1: ada@example.org");
    drop(newsletter);

    // As after a crash of the relay; long after, since the server recognises a repetition for a while.
    let broker = connect(url).named("registration").await.unwrap();
    let again = published(&*broker).await;
    let unlike = |number: u32| {
        let topic = format!("registration.again-{number}.Confirmed").parse().unwrap();
        Outgoing::new(topic, "ada", again.event.clone())
    };
    let eve = CloudEvent::new("eve", "/elsewhere", "Confirmed").unwrap();
    let eve = eve.with_content_type("application/json").unwrap().with_data(r#"{"email":"eve@example.org"}"#);
    let eve = Outgoing::new("registration.eve.Confirmed".parse().unwrap(), "ada", eve);
    for message in [unlike(1), unlike(2), eve] {
        broker.publish(vec![message]).await.pop().unwrap().unwrap();
    }
    let mut newsletter = Newsletter::start(folder.path(), url, name);
    assert_eq!(newsletter.says(), "reader 1: ada@example.org");
    assert_eq!(newsletter.says(), "reader 2: eve@example.org");
    broker.close().await;
}
