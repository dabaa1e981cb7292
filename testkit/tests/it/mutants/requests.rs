//! Transports with a defect in how they carry requests.

use super::mutants;
use async_trait::async_trait;
use factum_core::{ConsumerName, Topic};
use factum_messaging::{
    CloudEvent, LocalBroker, Transport, TransportError,
    remote::{Request, RequestError, RequestReply, Requests, Respond, Serve},
    transport::{Capabilities, Feed, Listen, Outgoing, PublishError},
};
use factum_testkit::conformance::{Fixture, requests::cases};
use futures_util::FutureExt as _;
use std::{
    collections::VecDeque,
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

type Reply = Result<CloudEvent, RequestError>;

/// What is done otherwise than it should be. Everything that is not overridden is done right.
#[async_trait]
trait Defect: Default + Send + Sync + 'static {
    /// Done to a request, before it is sent.
    fn ask(&self, _topic: &mut Topic, _event: &mut CloudEvent) {}

    /// What whoever asks gets.
    async fn reply(&self, reply: Reply, _patience: Duration) -> Reply {
        reply
    }

    /// What is served.
    fn serve(&self, _serve: &mut Serve) {}

    /// Whether what was asked is still there when nobody waits for it any more.
    fn lingers(&self) -> bool {
        false
    }

    /// Whether what has come is handed out by those whom it came to, also if they have gone.
    fn keeps_what_came(&self) -> bool {
        false
    }

    /// Whether what was dropped is handed out again.
    fn tries_again(&self) -> bool {
        false
    }

    /// Whether what is in hand can be answered by one who has gone.
    fn answers_after_the_end(&self) -> bool {
        true
    }

    /// What the end is told as.
    fn end(&self) -> Option<Result<Request, TransportError>> {
        None
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

    async fn publish(&self, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>> {
        self.broker.publish(messages).await
    }

    async fn listen(&self, listen: Listen) -> Result<Box<dyn Feed>, TransportError> {
        self.broker.listen(listen).await
    }

    async fn close(&self) {
        self.broker.close().await;
    }
}

#[async_trait]
impl<D: Defect> RequestReply for Broken<D> {
    async fn request(&self, mut topic: Topic, mut event: CloudEvent, patience: Duration) -> Reply {
        self.defect.ask(&mut topic, &mut event);
        let (broker, lingers) = (self.broker.clone(), self.defect.lingers());
        let asked = tokio::spawn(async move {
            let patience = if lingers { 100 * patience } else { patience };
            broker.request(topic, event, patience).await
        });
        let reply = match tokio::time::timeout(patience, asked).await {
            Ok(reply) => reply.unwrap(),
            Err(_) => Err(RequestError::TimedOut(patience)),
        };
        self.defect.reply(reply, patience).await
    }

    async fn serve(&self, mut serve: Serve) -> Result<Box<dyn Requests>, TransportError> {
        self.defect.serve(&mut serve);
        let requests = self.broker.serve(serve).await?;
        let (defect, came, dropped) = (Arc::clone(&self.defect), VecDeque::new(), Arc::default());
        Ok(Box::new(BrokenRequests {
            requests,
            defect,
            came,
            dropped,
            is_there: Arc::new(AtomicBool::new(true)),
        }))
    }
}

struct BrokenRequests<D> {
    requests: Box<dyn Requests>,
    defect: Arc<D>,
    came: VecDeque<Request>,
    dropped: Dropped,
    is_there: Arc<AtomicBool>,
}

type Dropped = Arc<Mutex<Vec<(Topic, CloudEvent)>>>;

#[async_trait]
impl<D: Defect> Requests for BrokenRequests<D> {
    async fn next(&mut self) -> Option<Result<Request, TransportError>> {
        let again = self.dropped.lock().unwrap().pop();
        if let Some((topic, event)) = again {
            return Some(Ok(Request::new(topic, event, Nowhere)));
        }
        if self.came.is_empty() {
            match self.requests.next().await {
                Some(Ok(request)) => self.came.push_back(request),
                Some(Err(error)) => return Some(Err(error)),
                None => return self.defect.end(),
            }
        }
        while self.defect.keeps_what_came() {
            super::others_go_first().await;
            match self.requests.next().now_or_never() {
                Some(Some(Ok(request))) => self.came.push_back(request),
                _ => break,
            }
        }
        let request = self.came.pop_front()?;
        let (topic, event) = (request.topic.clone(), request.event.clone());
        let dropped = self.defect.tries_again().then(|| Arc::clone(&self.dropped));
        let is_there = (!self.defect.answers_after_the_end()).then(|| Arc::clone(&self.is_there));
        let respond = BrokenRespond { request, dropped, is_there, is_answered: AtomicBool::new(false) };
        Some(Ok(Request::new(topic, event, respond)))
    }
}

impl<D> Drop for BrokenRequests<D> {
    fn drop(&mut self) {
        self.is_there.store(false, Relaxed);
    }
}

struct BrokenRespond {
    request: Request,
    dropped: Option<Dropped>,
    is_there: Option<Arc<AtomicBool>>,
    is_answered: AtomicBool,
}

#[async_trait]
impl Respond for BrokenRespond {
    async fn respond(&self, reply: CloudEvent) -> Result<(), TransportError> {
        self.is_answered.store(true, Relaxed);
        if self.is_there.as_ref().is_some_and(|is_there| !is_there.load(Relaxed)) {
            return Ok(());
        }
        self.request.reply(reply).await
    }
}

impl Drop for BrokenRespond {
    fn drop(&mut self) {
        let Some(dropped) = self.dropped.as_ref().filter(|_| !self.is_answered.load(Relaxed)) else { return };
        dropped.lock().unwrap().push((self.request.topic.clone(), self.request.event.clone()));
    }
}

struct Nowhere;

#[async_trait]
impl Respond for Nowhere {
    async fn respond(&self, _: CloudEvent) -> Result<(), TransportError> {
        Ok(())
    }
}

pub(crate) fn nothing_is_accepted() {
    #[derive(Default)]
    struct Nothing;
    impl Defect for Nothing {}
    super::accepts(&cases::<Place<Nothing>>());
}

mutants! {
    loses_every_third_answer, keeping AtomicUsize, rejected by an_answer_comes_back_to_who_asked {
        async fn reply(&self, reply: Reply, patience: Duration) -> Reply {
            match self.0.fetch_add(1, Relaxed) % 3 {
                2 => Err(RequestError::TimedOut(patience)),
                _ => reply,
            }
        }
    }

    gives_one_answer_to_all, rejected by an_answer_comes_back_to_who_asked {
        async fn reply(&self, reply: Reply, _: Duration) -> Reply {
            reply.map(|reply| reply.with_data("1"))
        }
    }

    loses_extensions_of_requests, rejected by all_attributes_go_there_and_back {
        fn ask(&self, _: &mut Topic, event: &mut CloudEvent) {
            event.extensions.remove("note");
        }
    }

    loses_extensions_of_answers, rejected by all_attributes_go_there_and_back {
        async fn reply(&self, reply: Reply, _: Duration) -> Reply {
            reply.map(|mut reply| {
                reply.extensions.clear();
                reply
            })
        }
    }

    takes_answers_for_text, rejected by any_bytes_go_there_and_back {
        async fn reply(&self, reply: Reply, _: Duration) -> Reply {
            reply.map(|mut reply| {
                let data = reply.data.take();
                reply.data = data.map(|data| String::from_utf8_lossy(&data).into_owned().into());
                reply
            })
        }
    }

    cuts_large_answers, rejected by a_megabyte_goes_there_and_back {
        async fn reply(&self, reply: Reply, _: Duration) -> Reply {
            reply.map(|mut reply| {
                reply.data = reply.data.take().map(|data| data.slice(..data.len().min(1 << 19)));
                reply
            })
        }
    }

    takes_a_slash_for_a_dot_in_requests, rejected by words_of_a_topic_may_have_any_characters {
        fn ask(&self, topic: &mut Topic, _: &mut CloudEvent) {
            *topic = topic.as_str().replace('/', ".").parse().unwrap();
        }
    }

    gives_answers_in_the_order_of_the_questions, keeping Mutex<Vec<u64>>, rejected by each_gets_its_own_answer {
        fn ask(&self, _: &mut Topic, event: &mut CloudEvent) {
            self.0.lock().unwrap().push(text(event).parse().unwrap());
        }

        async fn reply(&self, reply: Reply, _: Duration) -> Reply {
            let asked = self.0.lock().unwrap().remove(0);
            reply.map(|reply| reply.with_data((asked + 1_000).to_string()))
        }
    }

    waits_longer_than_is_said, rejected by who_does_not_answer_is_waited_for_as_long_as_is_said {
        async fn reply(&self, reply: Reply, patience: Duration) -> Reply {
            if reply.is_err() {
                tokio::time::sleep(9 * patience).await;
            }
            reply
        }
    }

    waits_where_nobody_serves, rejected by that_nobody_serves_is_told_at_once {
        async fn reply(&self, reply: Reply, patience: Duration) -> Reply {
            match reply {
                Err(RequestError::NobodyServes(_)) => {
                    tokio::time::sleep(patience).await;
                    Err(RequestError::TimedOut(patience))
                }
                reply => reply,
            }
        }
    }

    says_only_that_there_was_no_answer, rejected by that_nobody_serves_is_told_at_once {
        async fn reply(&self, reply: Reply, patience: Duration) -> Reply {
            reply.map_err(|_| RequestError::TimedOut(patience))
        }
    }

    takes_one_word_of_a_topic_for_any, rejected by nor_does_who_serves_something_else {
        fn serve(&self, serve: &mut Serve) {
            for pattern in &mut serve.patterns {
                *pattern = pattern.as_str().replace('*', "#").parse().unwrap();
            }
        }
    }

    gives_everything_to_whoever_came_first, keeping AtomicUsize, rejected by those_who_serve_in_one_name_share {
        fn serve(&self, serve: &mut Serve) {
            let name = format!("{}{}", serve.service, self.0.fetch_add(1, Relaxed));
            serve.service = ConsumerName::new(name).unwrap();
        }
    }

    gives_everything_to_every_service, rejected by services_do_not_get_what_is_for_others {
        fn serve(&self, serve: &mut Serve) {
            serve.service = "everybody".parse().unwrap();
            serve.patterns = vec!["#".parse().unwrap()];
        }
    }

    hands_out_again_what_was_dropped, rejected by what_is_dropped_is_not_answered_and_does_not_come_again {
        fn tries_again(&self) -> bool {
            true
        }
    }

    forgets_what_came_to_one_who_ends, rejected by what_came_to_one_who_ends_is_answered_by_another {
        fn keeps_what_came(&self) -> bool {
            true
        }
    }

    hears_nothing_of_those_who_have_gone, rejected by what_is_in_hand_can_be_answered_after_the_end {
        fn answers_after_the_end(&self) -> bool {
            false
        }
    }

    tells_its_end_as_an_error, rejected by the_end_of_the_transport_is_that_of_its_services {
        fn end(&self) -> Option<Result<Request, TransportError>> {
            Some(Err(TransportError::closed("serving requests")))
        }
    }

    forgets_keys, rejected by a_command_that_is_repeated_takes_effect_once {
        fn ask(&self, _: &mut Topic, event: &mut CloudEvent) {
            event.extensions.remove("idempotencykey");
        }
    }

    forgets_until_when_somebody_waits, rejected by what_comes_too_late_is_not_run {
        fn ask(&self, _: &mut Topic, event: &mut CloudEvent) {
            event.extensions.remove("expirytime");
        }

        fn lingers(&self) -> bool {
            true
        }
    }
}

fn text(event: &CloudEvent) -> String {
    String::from_utf8(event.data.as_deref().unwrap_or_default().to_vec()).unwrap()
}
