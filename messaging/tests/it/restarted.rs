//! Requests over a broker that is killed and started again, whichever it is.

use crate::{
    bank::{app, deposit, events, server},
    given::soon,
};
use factum_messaging::{
    CloudEvent,
    remote::{Remote, RequestError, RequestReply},
};
use factum_store_memory::MemoryStore;
use std::{future::IntoFuture as _, time::Duration};

/// A broker may take long to start.
const PATIENCE: Duration = Duration::from_secs(120);

/// Who serves and who asks have connections of their own, and do nothing about it.
pub(crate) async fn check<T: RequestReply + Clone>(
    [here, there]: [T; 2],
    kill: impl AsyncFn(),
    start: impl AsyncFn(),
) {
    let store = MemoryStore::new();
    let serving = server(app(&store).await).serve(there.clone()).await.unwrap();
    let bank = Remote::new("bank", here.clone());
    soon(bank.send(deposit(1)).into_future()).await.unwrap();
    kill().await;
    // Nobody waits long for what cannot be sent, once that is known.
    let told = async {
        loop {
            let request = CloudEvent::new("1", "/test", "GetBalance").unwrap();
            let asked = "query.bank.get_balance".parse().unwrap();
            match here.request(asked, request, Duration::from_secs(60)).await {
                Err(RequestError::Transport(error)) => break assert!(error.is_transient(), "{error:?}"),
                // It was under way.
                Err(RequestError::TimedOut(_)) => {}
                other => panic!("the broker is dead: {other:?}"),
            }
        }
    };
    soon(told).await;
    // Which is begun before.
    let sent = bank.send(deposit(1)).within(PATIENCE).into_future();
    let both = tokio::time::timeout(PATIENCE, futures_util::future::join(sent, start()));
    both.await.unwrap().0.unwrap();
    assert_eq!(events(&store).await, 2);
    serving.stop().await;
    here.close().await;
    there.close().await;
}
