use super::place::{Place, event, soon};
use factum_messaging::{
    Transport as _,
    rabbitmq::RabbitMq,
    remote::{Request, RequestError, RequestReply as _, Requests, Serve},
};
use lapin::options::QueueDeclareOptions;
use std::time::Duration;

const LONG: Duration = Duration::from_secs(20);

fn bank() -> Serve {
    Serve::new("bank".parse().unwrap(), ["bank.*".parse().unwrap()])
}

async fn next(requests: &mut Box<dyn Requests>) -> Request {
    soon(requests.next()).await.unwrap().unwrap()
}

#[tokio::test]
async fn although_the_broker_was_killed() {
    let broker = factum_services::rabbitmq::RabbitMq::builder().start().await.unwrap();
    let connect = async || RabbitMq::connect(broker.url()).await.unwrap();
    crate::restarted::check(
        [connect().await, connect().await],
        async || broker.kill().await.unwrap(),
        async || broker.start().await.unwrap(),
    )
    .await;
}

/// The broker knows that it has died, and need not be asked again.
#[tokio::test]
async fn although_the_server_has_died_that_had_it_in_hand() {
    let place = Place::new();
    let (here, dies, other) = (place.open().await, place.open().await, place.open().await);
    let mut requests = dies.serve(bank()).await.unwrap();
    let asked = here.request("bank.deposit".parse().unwrap(), event(1), LONG);
    let served = async {
        let in_hand = next(&mut requests).await;
        let mut others = other.serve(bank()).await.unwrap();
        dies.close().await;
        let again = next(&mut others).await;
        assert_eq!(again.event, in_hand.event);
        again.reply(event(2)).await.unwrap();
        // Nobody hears it.
        let _ = in_hand.reply(event(3)).await;
        others
    };
    let (reply, _others) = soon(futures_util::future::join(asked, served)).await;
    assert_eq!(reply.unwrap().id, "2");
    here.close().await;
    other.close().await;
}

/// A server that is busy finds nothing in the queue that nobody waits for any more.
#[tokio::test]
async fn but_not_for_longer_than_somebody_waits() {
    let place = Place::new();
    let transport = place.open().await;
    let mut requests = transport.serve(bank().at_once(1)).await.unwrap();
    let ask = |id: u8, patience| transport.request("bank.deposit".parse().unwrap(), event(id), patience);
    let in_queue = async || {
        let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        let plain = place.plain().await;
        let queue = format!("{}.requests.bank", place.exchange);
        plain.channel.queue_declare(queue.into(), passive, Default::default()).await.unwrap().message_count()
    };
    let served = async {
        let first = next(&mut requests).await;
        let late = ask(2, Duration::from_millis(300)).await;
        assert!(matches!(late, Err(RequestError::TimedOut(_))), "{late:?}");
        let gone = async {
            while in_queue().await > 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        soon(gone).await;
        let answered = async {
            first.reply(event(1)).await.unwrap();
            next(&mut requests).await.reply(event(3)).await.unwrap();
        };
        futures_util::future::join(ask(3, LONG), answered).await.0.unwrap()
    };
    let (first, third) = soon(futures_util::future::join(ask(1, LONG), served)).await;
    assert_eq!((first.unwrap().id, third.id), ("1".to_owned(), "3".to_owned()));
    transport.close().await;
}

/// And those who ask nobody else are told.
#[tokio::test]
async fn of_many_at_a_time_that_nobody_serves_each_is_told_so() {
    let place = Place::new();
    let transport = place.open().await;
    let mut requests = transport.serve(bank()).await.unwrap();
    let ask = |topic: &'static str, id: usize| transport.request(topic.parse().unwrap(), event(id), LONG);
    let asked = futures_util::future::join_all((0..200).map(|id| match id % 2 {
        0 => ask("bank.deposit", id),
        _ => ask("nobody.there", id),
    }));
    let served = async {
        for _ in 0..100 {
            let request = next(&mut requests).await;
            request.reply(request.event.clone()).await.unwrap();
        }
    };
    let (replies, ()) = soon(futures_util::future::join(asked, served)).await;
    for (id, reply) in replies.into_iter().enumerate() {
        match id % 2 {
            0 => assert_eq!(reply.unwrap().id, id.to_string()),
            _ => assert!(matches!(reply, Err(RequestError::NobodyServes(_))), "{id}: {reply:?}"),
        }
    }
    transport.close().await;
}
