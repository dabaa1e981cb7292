use super::{Outgoing, PublishError};
use std::{collections::HashMap, future::Future};

/// Publishes messages in turns, with `publish`: in each, so many at most, all of different keys, so that they may all be sent at the
/// same time. Of a key nothing is sent after a message that was not published; and after one for which the broker
/// [was not there](PublishError::Unavailable), nothing at all. Those are [`PublishError::Behind`].
pub(crate) async fn in_turns<S, R>(
    messages: Vec<Outgoing>,
    at_once: usize,
    publish: S,
) -> Vec<Result<(), PublishError>>
where
    S: Fn(Vec<Outgoing>) -> R,
    R: Future<Output = Vec<Result<(), PublishError>>>,
{
    let mut results: Vec<_> = messages.iter().map(|_| Err(PublishError::Behind)).collect();
    let (turns, keys) = turns(messages);
    let mut has_failed = vec![false; keys];
    for mut turn in turns {
        turn.retain(|(place, _)| !has_failed[place.key]);
        let mut turn = turn.into_iter();
        while turn.len() > 0 {
            let (places, messages): (Vec<_>, Vec<_>) = turn.by_ref().take(at_once.max(1)).unzip();
            let mut is_away = false;
            for (place, result) in places.into_iter().zip(publish(messages).await) {
                has_failed[place.key] = result.is_err();
                is_away |= matches!(result, Err(PublishError::Unavailable(_)));
                results[place.index] = result;
            }
            if is_away {
                return results;
            }
        }
    }
    results
}

/// Where a message stands among all, and the number of its key.
struct Place {
    index: usize,
    key: usize,
}

/// The first messages of all keys, the second ones, and so on; and how many keys there are.
fn turns(messages: Vec<Outgoing>) -> (Vec<Vec<(Place, Outgoing)>>, usize) {
    // The number of a key, and how many of its messages there have been.
    let mut keys: HashMap<&str, (usize, usize)> = HashMap::with_capacity(messages.len());
    let places: Vec<_> = messages
        .iter()
        .map(|message| {
            let number = keys.len();
            let (key, before) = keys.entry(&message.key).or_insert((number, 0));
            *before += 1;
            (*key, *before - 1)
        })
        .collect();
    let (keys, mut turns) = (keys.len(), Vec::<Vec<_>>::new());
    for (index, (message, (key, turn))) in messages.into_iter().zip(places).enumerate() {
        if turn == turns.len() {
            turns.push(Vec::new());
        }
        turns[turn].push((Place { index, key }, message));
    }
    (turns, keys)
}

#[cfg(test)]
mod tests {
    use super::in_turns;
    use crate::transport::{
        PublishError, TransportError,
        in_order::tests::{message, said},
    };
    use std::sync::Mutex;

    /// What was sent, each turn in brackets, and what became of each message, when that with the id `fails` does.
    async fn outcome(at_once: usize, fails: &str, error: fn() -> PublishError) -> (String, String) {
        let messages = ["a1", "b1", "a2", "b2", "a3"].map(|id| message(&id[..1], id)).to_vec();
        let sent = Mutex::new(String::new());
        let results = in_turns(messages, at_once, |messages| {
            let ids: Vec<_> = messages.iter().map(|message| message.event.id.as_str()).collect();
            sent.lock().expect("nobody panics").push_str(&format!("[{}]", ids.join(" ")));
            let results = ids.iter().map(|id| if *id == fails { Err(error()) } else { Ok(()) }).collect();
            async move { results }
        });
        let results = said(results.await);
        (sent.into_inner().expect("nobody panics"), results)
    }

    #[tokio::test]
    async fn as_many_as_are_allowed_are_sent_at_once_and_of_a_key_one_after_the_other() {
        let refused = || PublishError::Refused(TransportError::new("publishing", "no"));
        let outcome = |at_once, fails| outcome(at_once, fails, refused);
        assert_eq!(outcome(9, "").await, ("[a1 b1][a2 b2][a3]".to_owned(), "+++++".to_owned()));
        assert_eq!(outcome(1, "").await, ("[a1][b1][a2][b2][a3]".to_owned(), "+++++".to_owned()));
        assert_eq!(outcome(0, "a2").await, ("[a1][b1][a2][b2]".to_owned(), "++!+-".to_owned()));
        assert_eq!(outcome(9, "a1").await, ("[a1 b1][b2]".to_owned(), "!+-+-".to_owned()));
    }

    #[tokio::test]
    async fn nothing_at_all_is_begun_once_the_broker_is_away() {
        let away = || PublishError::Unavailable(TransportError::unavailable("publishing", "no"));
        assert_eq!(outcome(9, "a2", away).await, ("[a1 b1][a2 b2]".to_owned(), "++!+-".to_owned()));
        assert_eq!(outcome(1, "b1", away).await, ("[a1][b1]".to_owned(), "+!---".to_owned()));
    }
}
