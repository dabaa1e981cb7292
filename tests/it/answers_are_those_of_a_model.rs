//! Random commands of several tasks and two applications, on a store that fails, and with senders that go away: each
//! answer is compared with the log, folded anew.

use crate::{
    an_idempotency_key_takes_effect_once::{Full, Sit},
    bank::{Account, AccountId, Deposit, NotEnough, Withdraw, ada},
    stores::stream,
    wild::{Dice, Wild},
};
use factum::{
    Conflict, EventEnum, ExpectedVersion, Position, RecordedEvent, StreamVersion, prelude::*,
    snapshot::SnapshotPolicy,
};
use futures_util::{StreamExt, future::poll_fn, stream::FuturesUnordered};
use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};
use std::{
    collections::HashMap,
    future::IntoFuture,
    pin::pin,
    sync::{Arc, Mutex},
    task::Poll,
};

/// Folds the streams of accounts too, and counts.
#[derive(Aggregate, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[aggregate(category = "account", id = String, events(crate::bank::Deposited, crate::bank::Withdrawn))]
struct Statement {
    lines: u64,
}

impl Apply<crate::bank::Deposited> for Statement {
    fn apply(&mut self, _: &crate::bank::Deposited) {
        self.lines += 1;
    }
}

impl Apply<crate::bank::Withdrawn> for Statement {
    fn apply(&mut self, _: &crate::bank::Withdrawn) {
        self.lines += 1;
    }
}

/// Is refused unless the number of lines is even.
#[derive(Command)]
#[command(aggregate = Statement)]
struct Correct {
    #[command(target)]
    account: String,
}

impl Handle<Correct> for Statement {
    type Rejection = u64;

    fn handle(&self, _: &Correct) -> Result<Events<Self>, u64> {
        match self.lines % 2 {
            0 => Ok(crate::bank::Deposited { amount: 1 }.into()),
            _ => Err(self.lines),
        }
    }
}

/// What the accounts have said about a key, and how often it is in the log.
type Keys = Arc<Mutex<HashMap<String, String>>>;

struct World {
    store: Wild,
    apps: Vec<App>,
    dice: Dice,
    keys: Keys,
}

impl World {
    async fn log(&self, account: &str) -> Vec<RecordedEvent> {
        crate::stores::read(&self.store.store, &stream(account)).await
    }

    /// The balance after each event, from none.
    async fn balances(&self, account: &str) -> Vec<u64> {
        let mut state = Account::default();
        let mut balances = vec![0];
        for event in self.log(account).await {
            state.fold(&<Account as factum::Decider>::Event::decode(&event).unwrap());
            balances.push(state.balance);
        }
        balances
    }

    /// Waits, or goes away after some time.
    async fn wait<T>(&self, answer: impl Future<Output = T>) -> Option<T> {
        let mut patience = if self.dice.throw(4) == 0 { self.dice.throw(12) } else { u64::MAX };
        let mut answer = pin!(answer);
        poll_fn(|cx| {
            if patience == 0 {
                return Poll::Ready(None);
            }
            patience -= 1;
            answer.as_mut().poll(cx).map(Some)
        })
        .await
    }

    async fn one_task(&self) {
        for _ in 0..12 {
            let app = &self.apps[self.dice.throw(2) as usize];
            let account = ["ada", "bob"][self.dice.throw(2) as usize];
            let before = self.log(account).await.len();
            match self.dice.throw(8) {
                0 => {
                    let id = AccountId::from(account);
                    let Some(Ok(current)) = self.wait(app.load::<Account>(&id)).await else { continue };
                    let balances = self.balances(account).await;
                    let version = current.version.get() as usize;
                    assert!((before..balances.len()).contains(&version), "{version} was before the call");
                    assert_eq!(current.state.balance, balances[version]);
                }
                1 => {
                    let sent =
                        self.wait(app.send(Correct { account: account.to_owned() }).into_future()).await;
                    let after = self.log(account).await.len();
                    match sent {
                        Some(Ok(done)) => {
                            let version = done.receipt.written[0].version.get();
                            assert_eq!(done.state.lines, version);
                            assert!((before as u64 + 1..=after as u64).contains(&version));
                        }
                        Some(Err(SendError::Rejected(lines))) => {
                            assert!((before..=after).contains(&(lines as usize)));
                        }
                        Some(Err(error)) => is_failure(&error),
                        None => {}
                    }
                }
                2..5 => {
                    let amount = self.dice.throw(4);
                    let command = Deposit { account: AccountId::from(account), amount };
                    self.check(app, account, before, command, |_| unreachable!()).await;
                }
                _ => {
                    let amount = 1 + self.dice.throw(5);
                    let command = Withdraw { account: AccountId::from(account), amount };
                    let check = |NotEnough { available }| {
                        assert!(available < amount);
                        available
                    };
                    self.check(app, account, before, command, check).await;
                }
            }
        }
    }

    /// Sends a command, perhaps with a key and an expectation, and compares.
    async fn check<C, R>(
        &self,
        app: &App,
        account: &str,
        before: usize,
        command: C,
        available: impl Fn(R) -> u64,
    ) where
        C: factum::Command<Decider = Account>,
        Account: Handle<C, Rejection = R>,
        R: serde::Serialize + serde::de::DeserializeOwned + std::fmt::Debug,
    {
        let mut sending = app.send(command);
        let key = (self.dice.throw(3) == 0).then(|| format!("{}-{account}-{}", C::NAME, self.dice.throw(4)));
        if let Some(key) = &key {
            sending = sending.idempotency_key(key.clone());
        }
        let seen = (self.dice.throw(5) == 0).then(|| StreamVersion::new(before as u64));
        if let Some(seen) = seen {
            sending = sending.expect(ExpectedVersion::Exact(seen));
        }
        let Some(outcome) = self.wait(sending.into_future()).await else { return };
        let balances = self.balances(account).await;
        let during = &balances[before..];
        if let Some(key) = key {
            let said = match &outcome {
                Ok(done) => format!("{:?} {:?}", done.events, done.receipt.written),
                Err(SendError::Rejected(rejection)) => format!("{rejection:?}"),
                Err(error) => return is_failure(error),
            };
            let first = self.keys.lock().unwrap().entry(key.clone()).or_insert_with(|| said.clone()).clone();
            assert_eq!(said, first, "{key}");
            if let Ok(done) = &outcome
                && let Some(written) = done.receipt.written.first()
            {
                assert_eq!(done.state.balance, balances[written.version.get() as usize]);
            }
            return;
        }
        match outcome {
            Ok(done) if done.events.is_empty() => assert!(during.contains(&done.state.balance)),
            Ok(done) => {
                let version = done.receipt.written[0].version.get() as usize;
                assert!(version > before, "{version} was before the call");
                assert_eq!(done.state.balance, balances[version]);
                if let Some(seen) = seen {
                    assert_eq!(version as u64, seen.get() + 1);
                }
            }
            Err(SendError::Rejected(rejection)) => {
                let available = available(rejection);
                assert!(during.contains(&available), "{available} is not among {during:?}");
            }
            Err(SendError::Conflict(Conflict::Version { actual, .. })) if seen.is_some() => {
                assert!((before + 1..balances.len()).contains(&(actual.get() as usize)));
            }
            Err(error) => is_failure(&error),
        }
    }
}

/// Four tasks fill a room, whose events lie in several streams.
async fn fill_a_room(seed: u64, sequencing: bool, fails: u64) {
    let dice = Dice::new(seed);
    let store = Wild::new(dice.clone(), fails);
    let mut apps = Vec::new();
    for _ in 0..2 {
        apps.push(App::builder(store.clone()).sequencing(sequencing).build().await.unwrap());
    }
    let world = World { store, apps, dice, keys: Keys::default() };
    let seats = async || {
        let log = crate::stores::log(&world.store.store).await;
        log.iter().filter(|event| event.event_type.as_str() == "Sat").count() as u64
    };
    let task = async || {
        for _ in 0..6 {
            let app = &world.apps[world.dice.throw(2) as usize];
            let people = world.dice.throw(3) as usize;
            let stream = ["a", "b"][people % 2];
            let before = seats().await;
            let mut sending = app.send(Sit { people, stream });
            let key = (world.dice.throw(2) == 0).then(|| format!("{people} {}", world.dice.throw(2)));
            if let Some(key) = &key {
                sending = sending.idempotency_key(key.clone());
            }
            let Some(outcome) = world.wait(sending.into_future()).await else { continue };
            let after = seats().await;
            let (said, is_repeated) = match &outcome {
                Ok(done) => (
                    format!("{} {:?} {:?}", done.state.seats, done.events, done.receipt.written),
                    done.repeated,
                ),
                Err(SendError::Rejected(Full { seats })) => (seats.to_string(), key.is_some()),
                Err(error) => {
                    is_failure(error);
                    continue;
                }
            };
            if let Some(key) = key
                && people > 0
            {
                let first =
                    world.keys.lock().unwrap().entry(key.clone()).or_insert_with(|| said.clone()).clone();
                assert_eq!(said, first, "{key}");
            }
            let during = if is_repeated { 0..=after } else { before..=after };
            match outcome {
                Ok(done) => assert!(during.contains(&done.state.seats) && done.events.len() == people),
                Err(SendError::Rejected(Full { seats })) => {
                    assert!(during.contains(&seats) && seats + people as u64 > 5);
                }
                Err(_) => unreachable!(),
            }
        }
    };
    (0..4).map(|_| task()).collect::<FuturesUnordered<_>>().count().await;
    assert!(seats().await <= 5);
}

fn is_failure<E: std::fmt::Debug>(error: &SendError<E>) {
    let is = matches!(error, SendError::Store(_) | SendError::OutcomeUnknown(_) | SendError::Conflict(_));
    assert!(is, "{error:?}");
}

async fn run(seed: u64, sequencing: bool, kept: usize, snapshots: u64, fails: u64) -> usize {
    let dice = Dice::new(seed);
    let store = Wild::new(dice.clone(), fails);
    let mut apps = Vec::new();
    for _ in 0..2 {
        let mut app = App::builder(store.clone()).sequencing(sequencing).keep(kept);
        if snapshots > 0 {
            let policy = SnapshotPolicy::every(snapshots);
            // Both fold the same streams.
            app = app.snapshots::<Account>(policy).snapshots::<Statement>(policy.schema(1));
        }
        apps.push(app.build().await.unwrap());
    }
    let world = World { store, apps, dice, keys: Keys::default() };
    let tasks: FuturesUnordered<_> = (0..4).map(|_| world.one_task()).collect();
    tasks.count().await;
    // Nobody has been left waiting, and the states that are kept are those of the log.
    for app in &world.apps {
        let balance = *world.balances("ada").await.last().unwrap();
        loop {
            match app.load::<Account>(&ada()).await {
                Ok(current) => break assert_eq!(current.state.balance, balance),
                Err(error) => assert!(matches!(error, factum::bus::LoadError::Store(_))),
            }
        }
    }
    let log = crate::stores::log(&world.store.store).await;
    let mut firsts = HashMap::<_, Position>::new();
    for event in &log {
        // Each key took effect once: its events are written together, and none of ours writes two.
        if let Some(key) = &event.metadata.idempotency_key {
            assert_eq!(firsts.insert(key.clone(), event.position), None, "{key} took effect twice");
        }
    }
    log.len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_is_that_of_the_log(
        seed in any::<u64>(), sequencing in any::<bool>(), kept in 0_usize..4, snapshots in 0_u64..5, fails in 3_u64..30,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let written = runtime.block_on(run(seed, sequencing, kept, snapshots, fails));
        prop_assert!(written > 0);
    }

    #[test]
    fn no_more_sit_in_a_room_than_it_has_seats(seed in any::<u64>(), sequencing in any::<bool>(), fails in 3_u64..30) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(fill_a_room(seed, sequencing, fails));
    }
}
