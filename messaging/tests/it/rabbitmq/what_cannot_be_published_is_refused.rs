use super::place::{Place, event, next, next_id, outgoing, publish, reader, soon};
use factum_messaging::{
    rabbitmq::{ContentMode, Unroutable},
    transport::{PublishError, Transport},
};
use std::error::Error as _;

fn why(result: &Result<(), PublishError>) -> String {
    match result {
        Err(PublishError::Refused(error)) => error.source().expect("a reason").to_string(),
        other => panic!("it was to be refused: {other:?}"),
    }
}

#[tokio::test]
async fn what_no_queue_takes_is_refused_if_that_is_asked_for() {
    let place = Place::new();
    let transport = place.config().unroutable(Unroutable::Refuse).connect().await.unwrap();
    let mut listen = reader();
    listen.patterns = vec!["order.#".parse().unwrap()];
    let mut feed = transport.listen(listen).await.unwrap();
    // Many of both at a time, so that the broker acknowledges several at once and one could be taken for another.
    let messages = (0..5_000)
        .map(|n| outgoing(if n % 3 == 0 { "invoice.7" } else { "order.7" }, n, event(n)))
        .collect::<Vec<_>>();
    let results = soon(transport.publish(messages)).await;
    for (n, result) in results.iter().enumerate() {
        match n % 3 {
            0 => assert!(why(result).contains("NO_ROUTE"), "{result:?}"),
            _ => assert!(result.is_ok(), "{n}: {result:?}"),
        }
    }
    // Of different keys, any can be the first.
    assert_ne!(next_id(&mut feed).await.parse::<u32>().unwrap() % 3, 0);
    transport.close().await;
}

#[tokio::test]
async fn what_comes_after_it_in_its_key_is_not_tried() {
    let place = Place::new();
    let transport = place.config().unroutable(Unroutable::Refuse).connect().await.unwrap();
    transport.prepare(reader()).await.unwrap();
    transport.unbind(&reader().consumer, &"#".parse().unwrap()).await.unwrap();
    let results =
        soon(transport.publish(vec![outgoing("a", "k", event(1)), outgoing("a", "k", event(2))])).await;
    assert!(matches!(results[..], [Err(PublishError::Refused(_)), Err(PublishError::Behind)]), "{results:?}");
    transport.close().await;
}

#[tokio::test]
async fn a_topic_has_room_for_255_bytes() {
    let place = Place::new();
    let transport = place.open().await;
    let mut feed = transport.listen(reader()).await.unwrap();
    let (fits, is_too_long) = ("\u{e9}".repeat(127) + "a", "\u{e9}".repeat(128));
    let messages = vec![
        outgoing(&is_too_long, "k", event(1)),
        outgoing(&fits, "l", event(2)),
        outgoing(&is_too_long, "m", event(3)),
    ];
    let results = soon(transport.publish(messages)).await;
    assert!(why(&results[0]).contains("255"), "{results:?}");
    assert!(results[1].is_ok() && why(&results[2]).contains("256"), "{results:?}");
    let message = next(&mut feed).await;
    assert_eq!(message.topic.as_str(), fits);
    message.ack().await.unwrap();
    transport.close().await;
}

#[tokio::test]
async fn headers_that_fill_a_frame_are_refused_and_have_room_in_structured_mode() {
    let place = Place::new();
    let large = || event(1).with_extension("note", "x".repeat(200_000)).unwrap();
    let transport = place.open().await;
    let mut feed = transport.listen(reader()).await.unwrap();
    let results =
        soon(transport.publish(vec![outgoing("a", "k", large()), outgoing("a", "l", event(2))])).await;
    assert!(why(&results[0]).contains("structured"), "{results:?}");
    assert!(results[1].is_ok(), "{results:?}");
    assert_eq!(next_id(&mut feed).await, "2");
    let structured = place.config().content_mode(ContentMode::Structured).connect().await.unwrap();
    publish(&structured, outgoing("a", "k", large())).await;
    let message = next(&mut feed).await;
    assert_eq!(message.event, large());
    message.ack().await.unwrap();
    transport.close().await;
    structured.close().await;
}

/// The broker ends the channel over it, with all that was under way on it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_larger_than_the_broker_takes_hurts_no_other() {
    // The default of 3.10; from 4.0 on it is an eighth of that.
    const LARGER: usize = (128 << 20) + 1;
    let place = Place::new();
    let transport =
        place.config().confirm_timeout(std::time::Duration::from_secs(60)).connect().await.unwrap();
    transport.prepare(reader()).await.unwrap();
    let mut messages: Vec<_> = (0..200).map(|n| outgoing("a", n, event(n))).collect();
    messages.insert(100, outgoing("a", "large", event("large").with_data(vec![0; LARGER])));
    let results =
        tokio::time::timeout(std::time::Duration::from_secs(60), transport.publish(messages)).await.unwrap();
    assert!(why(&results[100]).contains("max_message_size"), "{:?}", results[100]);
    let others = results.iter().enumerate().filter(|(n, _)| *n != 100);
    others.for_each(|(n, result)| assert!(result.is_ok(), "{n}: {result:?}"));
    transport.close().await;
}
