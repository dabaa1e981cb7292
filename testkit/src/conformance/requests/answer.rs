//! The reply comes to whoever has asked, as it was.

use super::{
    NEVER, answer, answer_to, ask, is_silent, next, number_of, numbered, serve, soon, sums, to, topic,
};
use crate::conformance::Fixture;
use factum_core::{Timestamp, Topic};
use factum_messaging::{
    CloudEvent,
    cloud_event::Attribute,
    remote::{RequestError, RequestReply},
};
use futures_util::future::{join, join_all};
use std::time::{Duration, Instant};

/// And the request came as it was.
pub async fn an_answer_comes_back_to_who_asked(place: impl Fixture<Store: RequestReply>) {
    let transport = place.open().await;
    let mut requests = sums(&transport).await;
    for number in 1..=3 {
        let asked = answer_to(&transport, topic("sums.add"), numbered(number));
        let served = async {
            let request = next(&mut requests).await;
            assert_eq!(request.topic, topic("sums.add"));
            assert_eq!(number_of(&request.event), number);
            answer(&request).await;
        };
        let (reply, ()) = soon(join(asked, served)).await;
        assert_eq!(
            (reply.id.as_str(), number_of(&reply)),
            (numbered(number + 1_000).id.as_str(), number + 1_000)
        );
    }
}

/// Sends an event there, and the same back.
async fn there_and_back(transport: &impl RequestReply, event: &CloudEvent) {
    let mut requests = sums(transport).await;
    let served = async {
        let request = next(&mut requests).await;
        assert_is(&request.event, event, "what was asked");
        soon(request.reply(event.clone())).await.expect("a reply can be sent");
    };
    let (reply, ()) = soon(join(answer_to(transport, topic("sums.add"), event.clone()), served)).await;
    assert_is(&reply, event, "what was answered");
}

/// All but for until when somebody waits, which may have been added.
fn assert_is(found: &CloudEvent, event: &CloudEvent, what: &str) {
    let extensions = |event: &CloudEvent| {
        let mut extensions = event.extensions.clone();
        extensions.remove("expirytime");
        extensions
    };
    assert_eq!(extensions(found), extensions(event), "the extensions of {what}");
    let bare = |event: &CloudEvent| {
        let mut event = event.clone();
        event.extensions.clear();
        event
    };
    assert!(bare(found) == bare(event), "{what} is not as it was");
}

/// Text of any language.
pub async fn all_attributes_go_there_and_back(place: impl Fixture<Store: RequestReply>) {
    let made = || {
        CloudEvent::new(
            "id with spaces, \u{e9}\u{1f600} and \"quotes\"",
            "https://shop.example/a?c=d#e",
            "Gr\u{f6}\u{df}e",
        )?
        .with_subject("order-7/\u{4e2d}\u{6587} 100%")?
        .with_time(Timestamp::from_timestamp_micros(1_700_000_000_123_456).expect("a time"))
        .with_content_type("application/json; charset=utf-8")?
        .with_data_schema("https://shop.example/schema")?
        .with_extension("note", Attribute::Text("a=b; c: \u{20ac} \u{1f600}".to_owned()))
    };
    let event = made().expect("the suite makes a valid event");
    let data = "{\"b\":1,\"gr\u{f6}\u{df}e\":\"\u{4e2d}\u{1f600}\",\"a\":100000000000000000000000000001}";
    there_and_back(&place.open().await, &event.with_data(data)).await;
}

/// JSON that is none, zero bytes, what no text has.
pub async fn any_bytes_go_there_and_back(place: impl Fixture<Store: RequestReply>) {
    let transport = place.open().await;
    let all: Vec<u8> = (0..=255).collect();
    for data in [&all[..], b"\0", b"{not json", br#""\u0000""#] {
        let event = numbered(1).with_content_type("application/octet-stream").expect("a content type");
        there_and_back(&transport, &event.with_data(data.to_vec())).await;
    }
}

/// Both ways.
pub async fn a_megabyte_goes_there_and_back(place: impl Fixture<Store: RequestReply>) {
    // Some brokers count the headers too, and allow a megabyte in all.
    let large: Vec<u8> = (0..1_000_000_u32).map(|n| (n % 251) as u8).collect();
    let event = numbered(1).with_content_type("application/octet-stream").expect("a content type");
    there_and_back(&place.open().await, &event.with_data(large)).await;
}

/// Those that mean something to a broker too.
pub async fn words_of_a_topic_may_have_any_characters(place: impl Fixture<Store: RequestReply>) {
    let transport = place.open().await;
    let mut requests = serve(&transport, to("sums", &["w.*.e"])).await;
    for word in [
        "a/b",
        "+",
        ">",
        "$SYS",
        "a b",
        "%20",
        "a.b",
        "*",
        "#",
        "\u{e9}\u{4e2d}\u{1f600}",
        "\\",
        "",
        "_INBOX",
    ] {
        let asked = Topic::from_words(["w", word, "e"]).expect("words are escaped");
        let served = async {
            let request = next(&mut requests).await;
            assert_eq!(request.topic, asked);
            answer(&request).await;
        };
        let (reply, ()) = soon(join(answer_to(&transport, asked.clone(), numbered(1)), served)).await;
        assert_eq!(number_of(&reply), 1_001);
    }
}

/// In whatever order they come.
pub async fn each_gets_its_own_answer(place: impl Fixture<Store: RequestReply>) {
    let transport = place.open().await;
    let mut requests = sums(&transport).await;
    let served = async {
        for _ in 0..5 {
            let mut in_hand = Vec::new();
            for _ in 0..20 {
                in_hand.push(next(&mut requests).await);
            }
            for request in in_hand.iter().rev() {
                answer(request).await;
            }
        }
    };
    let asked = join_all((0..100).map(|number| ask(&transport, number)));
    let (answers, ()) = soon(join(asked, served)).await;
    for (number, found) in (0..).zip(answers) {
        assert_eq!(found, number + 1_000, "the answer to {number}");
    }
}

/// And not much longer.
pub async fn who_does_not_answer_is_waited_for_as_long_as_is_said(place: impl Fixture<Store: RequestReply>) {
    let transport = place.open().await;
    let mut requests = sums(&transport).await;
    let (patience, from) = (Duration::from_millis(500), Instant::now());
    let asked = async {
        let reply = transport.request(topic("sums.add"), numbered(1), patience).await;
        (reply, from.elapsed())
    };
    let ((reply, took), _in_hand) = soon(join(asked, next(&mut requests))).await;
    assert!(matches!(reply, Err(RequestError::TimedOut(limit)) if limit == patience), "{reply:?}");
    assert!(took >= patience && took < 6 * patience, "it took {took:?}");
}

/// And does no harm.
pub async fn an_answer_that_comes_too_late_is_nobody_elses(place: impl Fixture<Store: RequestReply>) {
    let transport = place.open().await;
    let mut requests = sums(&transport).await;
    let asked = transport.request(topic("sums.add"), numbered(1), NEVER);
    let (reply, late) = soon(join(asked, next(&mut requests))).await;
    assert!(matches!(reply, Err(RequestError::TimedOut(_))), "{reply:?}");
    let served = async {
        let request = next(&mut requests).await;
        answer(&late).await;
        answer(&request).await;
    };
    let (found, ()) = soon(join(ask(&transport, 2), served)).await;
    assert_eq!(found, 1_002);
}

/// Whoever drops it has said so.
pub async fn what_is_dropped_is_not_answered_and_does_not_come_again(
    place: impl Fixture<Store: RequestReply>,
) {
    let transport = place.open().await;
    let mut requests = sums(&transport).await;
    let asked = transport.request(topic("sums.add"), numbered(1), 3 * NEVER);
    let dropped = async {
        drop(next(&mut requests).await);
        is_silent(&mut requests).await;
    };
    let (reply, ()) = soon(join(asked, dropped)).await;
    assert!(matches!(reply, Err(RequestError::TimedOut(_))), "{reply:?}");
    let served = async { answer(&next(&mut requests).await).await };
    let (found, ()) = soon(join(ask(&transport, 2), served)).await;
    assert_eq!(found, 1_002);
}
