use super::{Outgoing, PublishError};
use futures_util::{StreamExt as _, stream};
use std::{
    collections::HashMap,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

/// Publishes messages with `send`, so many at a time, and of each key one after the other; for whoever implements
/// [`Transport::publish`](super::Transport::publish). `send` ends when the broker has confirmed the message.
///
/// Of a key nothing is sent after a message that was not published; and after one for which the broker
/// [was not there](PublishError::Unavailable), nothing of any key is begun. Those are [`PublishError::Behind`].
pub async fn in_order<S, R>(messages: Vec<Outgoing>, at_once: usize, send: S) -> Vec<Result<(), PublishError>>
where
    S: Fn(Outgoing) -> R,
    R: Future<Output = Result<(), PublishError>>,
{
    let send = &send;
    key_by_key(messages, at_once, |chain, away| async move {
        let mut done = Vec::with_capacity(chain.len());
        for message in chain {
            if away.is_so() {
                break;
            }
            let result = send(message).await;
            let has_failed = away.sees(&result);
            done.push(result);
            if has_failed {
                break;
            }
        }
        done
    })
    .await
}

/// Publishes the messages of so many keys at a time with `send`, which gets all those of a key, in order, and tells what became
/// of the first of them: those after these are [`PublishError::Behind`].
pub(crate) async fn key_by_key<S, R>(
    messages: Vec<Outgoing>,
    at_once: usize,
    send: S,
) -> Vec<Result<(), PublishError>>
where
    S: Fn(Vec<Outgoing>, Away) -> R,
    R: Future<Output = Vec<Result<(), PublishError>>>,
{
    let mut results: Vec<_> = messages.iter().map(|_| Err(PublishError::Behind)).collect();
    let (send, away) = (&send, Away::default());
    let chains = chains(messages).into_iter().map(|chain| {
        let (places, messages): (Vec<_>, Vec<_>) = chain.into_iter().unzip();
        let away = away.clone();
        async move { (places, send(messages, away).await) }
    });
    let mut chains = stream::iter(chains).buffer_unordered(at_once.max(1));
    while let Some((places, done)) = chains.next().await {
        for (index, result) in places.into_iter().zip(done) {
            results[index] = result;
        }
    }
    results
}

/// Whether the broker was found away, so that nothing more is to be begun.
#[derive(Clone, Debug, Default)]
pub(crate) struct Away(Arc<AtomicBool>);

impl Away {
    pub(crate) fn is_so(&self) -> bool {
        self.0.load(Relaxed)
    }

    /// Whether this is a failure, of which the broker may be found away.
    pub(crate) fn sees(&self, result: &Result<(), PublishError>) -> bool {
        if matches!(result, Err(PublishError::Unavailable(_))) {
            self.0.store(true, Relaxed);
        }
        result.is_err()
    }
}

/// The messages of each key in order, with their places; the keys in the order in which they come.
fn chains(messages: Vec<Outgoing>) -> Vec<Vec<(usize, Outgoing)>> {
    let mut chains: Vec<Vec<(usize, Outgoing)>> = Vec::new();
    let mut of: HashMap<String, usize> = HashMap::new();
    for (index, message) in messages.into_iter().enumerate() {
        match of.get(&message.key) {
            Some(&chain) => chains[chain].push((index, message)),
            None => {
                of.insert(message.key.clone(), chains.len());
                chains.push(vec![(index, message)]);
            }
        }
    }
    chains
}

#[cfg(test)]
pub(super) mod tests {
    use super::in_order;
    use crate::{
        CloudEvent,
        transport::{Outgoing, PublishError, TransportError},
    };
    use std::sync::Mutex;

    pub(in crate::transport) fn message(key: &str, id: &str) -> Outgoing {
        let event = CloudEvent::new(id, "/test", "Test").expect("an event");
        Outgoing::new("a".parse().expect("a topic"), key, event)
    }

    /// What was sent, and what became of each message, when that with the id `fails` does.
    async fn outcome(fails: &str, error: fn() -> PublishError) -> (String, String) {
        let messages = ["a1", "b1", "a2", "b2", "a3"].map(|id| message(&id[..1], id)).to_vec();
        let sent = Mutex::new(Vec::new());
        // One at a time, so that it is known what was sent before the one that fails.
        let results = in_order(messages, 1, |message| {
            sent.lock().expect("nobody panics").push(message.event.id.clone());
            let fails = message.event.id == fails;
            async move { if fails { Err(error()) } else { Ok(()) } }
        });
        let results = said(results.await);
        (sent.into_inner().expect("nobody panics").join(" "), results)
    }

    /// Published, not tried, or failed.
    pub(in crate::transport) fn said(results: Vec<Result<(), PublishError>>) -> String {
        let said = |result| match result {
            Ok(()) => '+',
            Err(PublishError::Behind) => '-',
            Err(_) => '!',
        };
        results.into_iter().map(said).collect()
    }

    #[tokio::test]
    async fn of_a_key_nothing_is_sent_after_what_is_refused() {
        let refused = || PublishError::Refused(TransportError::new("publishing", "no"));
        assert_eq!(outcome("a2", refused).await, ("a1 a2 b1 b2".to_owned(), "++!+-".to_owned()));
        assert_eq!(outcome("a1", refused).await, ("a1 b1 b2".to_owned(), "!+-+-".to_owned()));
        assert_eq!(outcome("", refused).await, ("a1 a2 a3 b1 b2".to_owned(), "+++++".to_owned()));
    }

    #[tokio::test]
    async fn nothing_at_all_is_begun_once_the_broker_is_away() {
        let away = || PublishError::Unavailable(TransportError::unavailable("publishing", "no"));
        assert_eq!(outcome("a2", away).await, ("a1 a2".to_owned(), "+-!--".to_owned()));
    }
}
