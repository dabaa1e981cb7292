//! Random commands, some after each other and some at the same time, from several apps on one store. After every event
//! of the log the rules hold. What was accepted is in the log, where it was right, and nothing else is; what was refused
//! was wrong at some moment while it was under way.

use crate::{
    audit::Audit,
    courses::{COURSES_EACH, define, resize, subscribe, unsubscribe},
    hooked::Hooked,
    names::{claim, day, release, rename},
    stores::{Store, log, on_every_store},
};
use factum::{
    App, Command, EventEnum, EventType, Handle, Position, RecordedEvent, SendError,
    store::{EventReaderExt, ReadLog},
};
use futures_util::{TryStreamExt, future::join_all};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use tokio::{runtime, task::block_in_place};

on_every_store! {
    no_order_of_commands_breaks_a_rule,
}

/// A command, in the words of the rules.
#[derive(Clone, Debug)]
enum Act {
    Define { course: String, seats: usize },
    Resize { course: String, seats: usize },
    Subscribe { course: String, student: String },
    Unsubscribe { course: String, student: String },
    Claim { name: String, account: String },
    Release { name: String, account: String },
    Rename { from: String, to: String, account: String },
}

/// Commands that are sent at the same time, some days after those before, each by one of the apps.
#[derive(Clone, Debug)]
struct Batch {
    days: i64,
    acts: Vec<(usize, Act)>,
}

/// How a command was answered.
enum Answer {
    /// The types of the events, and where the last of them was written.
    Accepted(Vec<EventType>, Position),
    Refused,
}

const APPS: usize = 3;
const COURSES: u8 = 4;

fn act() -> impl Strategy<Value = Act> {
    let [course, student, name, other, account] =
        [("course", COURSES), ("student", 3), ("name", 3), ("name", 3), ("account", 3)]
            .map(|(kind, many)| (0..many).prop_map(move |n| format!("{kind} {n}")));
    let seats = 0..5_usize;
    prop_oneof![
        1 => (course.clone(), seats.clone()).prop_map(|(course, seats)| Act::Define { course, seats }),
        2 => (course.clone(), seats).prop_map(|(course, seats)| Act::Resize { course, seats }),
        8 => (course.clone(), student.clone()).prop_map(|(course, student)| Act::Subscribe { course, student }),
        2 => (course, student).prop_map(|(course, student)| Act::Unsubscribe { course, student }),
        4 => (name.clone(), account.clone()).prop_map(|(name, account)| Act::Claim { name, account }),
        2 => (name.clone(), account.clone()).prop_map(|(name, account)| Act::Release { name, account }),
        2 => (name, other, account).prop_map(|(from, to, account)| Act::Rename { from, to, account }),
    ]
}

fn batches() -> impl Strategy<Value = Vec<Batch>> {
    // Most courses are there from the beginning.
    let define = |(course, seats): (usize, usize)| Act::Define { course: format!("course {course}"), seats };
    let begin = vec(1..4_usize, COURSES as usize - 1)
        .prop_map(move |seats| seats.into_iter().enumerate().map(|course| (0, define(course))).collect());
    // Alone, or so many at once that they get in each other's way.
    let acts = prop_oneof![vec((0..APPS, act()), 1), vec((0..APPS, act()), 2..8)];
    let batch = (0..3_i64, acts).prop_map(|(days, acts)| Batch { days, acts });
    (begin, vec(batch, 1..12)).prop_map(|(acts, mut batches)| {
        batches.insert(0, Batch { days: 0, acts });
        batches
    })
}

async fn no_order_of_commands_breaks_a_rule(store: impl Store) {
    let (accepted, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let config = Config { cases: 128, failure_persistence: None, ..Config::default() };
    let cases = AtomicUsize::new(0);
    let outcome = TestRunner::new(config).run(&batches(), |batches| {
        // One log for all cases: each has courses and names of its own, and the log grows as logs do.
        let case = Case { nth: cases.fetch_add(1, Relaxed), store: &store };
        let counted = block_in_place(|| runtime::Handle::current().block_on(case.run(&batches)));
        accepted.fetch_add(counted.0, Relaxed);
        refused.fetch_add(counted.1, Relaxed);
        Ok(())
    });
    outcome.unwrap_or_else(|broken| panic!("{broken}"));
    Audit::of(&log(&store).await);
    assert!(accepted.into_inner() > 0 && refused.into_inner() > 0, "the commands were all of one kind");
}

struct Case<'a, S> {
    nth: usize,
    store: &'a S,
}

impl<S: Store> Case<'_, S> {
    /// Sends the commands, and counts how many were accepted and refused.
    async fn run(&self, batches: &[Batch]) -> (usize, usize) {
        let mut apps = Vec::with_capacity(APPS);
        for n in 0..APPS {
            let app = App::builder(Hooked::giving_way(self.store.clone())).sequencing(n > 0).build().await;
            apps.push(app.unwrap());
        }
        let (mut counted, mut today) = ((0, 0), 0);
        let mut audit = Audit::default();
        for Batch { days, acts } in batches {
            today += days;
            let before = self.store.head().await.unwrap();
            let answers = join_all(acts.iter().map(|(app, act)| {
                let (app, act, case) = (apps[*app].clone(), act.clone(), self.nth);
                tokio::spawn(async move { act.send(&app, case, today).await })
            }));
            let answers: Vec<_> = answers.await.into_iter().map(Result::unwrap).collect();
            let events = self.after(before).await;

            let mut moments = vec![audit.clone()];
            for event in &events {
                audit.take(event);
                moments.push(audit.clone());
            }
            let mut accounted = 0;
            for ((_, act), answer) in acts.iter().zip(&answers) {
                let refuses = |moment: &Audit| act.is_refused(moment, self.nth, today);
                match answer {
                    Answer::Refused => {
                        counted.1 += 1;
                        assert!(
                            moments.iter().any(refuses),
                            "{act:?} was right all the time, and was refused"
                        );
                    }
                    Answer::Accepted(types, _) if types.is_empty() => {
                        counted.0 += 1;
                        assert!(!moments.iter().all(refuses), "{act:?} was never right, and was accepted");
                    }
                    Answer::Accepted(types, last) => {
                        counted.0 += 1;
                        accounted += types.len();
                        let end = events.iter().position(|event| event.position == *last).unwrap() + 1;
                        // Events of one append lie together, and what is decided is right just before them.
                        let start = end - types.len();
                        assert!(events[start..end].iter().map(|event| &event.event_type).eq(types));
                        assert!(!refuses(&moments[start]), "{act:?} was not right, and was accepted");
                    }
                }
            }
            assert_eq!(accounted, events.len(), "there are events that nobody was told of");
        }
        counted
    }

    async fn after(&self, position: Position) -> Vec<RecordedEvent> {
        let request = ReadLog::new(factum::Query::all()).after(position);
        self.store.log_events(request).try_collect().await.unwrap()
    }
}

impl Act {
    async fn send(self, app: &App, case: usize, today: i64) -> Answer {
        let own = |text: &str| own(text, case);
        match self {
            Self::Define { course, seats } => answer(app, define(&own(&course), seats)).await,
            Self::Resize { course, seats } => answer(app, resize(&own(&course), seats)).await,
            Self::Subscribe { course, student } => {
                answer(app, subscribe(&own(&course), &own(&student))).await
            }
            Self::Unsubscribe { course, student } => {
                answer(app, unsubscribe(&own(&course), &own(&student))).await
            }
            Self::Claim { name, account } => answer(app, claim(&own(&name), &account, day(today))).await,
            Self::Release { name, account } => answer(app, release(&own(&name), &account, day(today))).await,
            Self::Rename { from, to, account } => {
                answer(app, rename(&own(&from), &own(&to), &account, day(today))).await
            }
        }
    }

    /// What the rules say, by the log alone.
    fn is_refused(&self, audit: &Audit, case: usize, today: i64) -> bool {
        let own = |text: &str| own(text, case);
        let is_free = |name: &str| audit.owners(name).is_empty() && !audit.is_locked(name, day(today));
        let is_owned = |name: &str, account: &str| audit.owners(name) == [account];
        match self {
            Self::Define { course, .. } => audit.seats(&own(course)).is_some(),
            Self::Resize { course, seats } => {
                let course = own(course);
                audit.seats(&course).is_none() || audit.students_of(&course) > *seats
            }
            Self::Subscribe { course, student } => {
                let (course, student) = (own(course), own(student));
                audit.seats(&course).is_none_or(|seats| audit.students_of(&course) as u64 >= seats)
                    || audit.is_subscribed(&course, &student)
                    || audit.courses_of(&student) >= COURSES_EACH
            }
            Self::Unsubscribe { course, student } => !audit.is_subscribed(&own(course), &own(student)),
            Self::Claim { name, .. } => !is_free(&own(name)),
            Self::Release { name, account } => !is_owned(&own(name), account),
            Self::Rename { from, to, account } => !is_owned(&own(from), account) || !is_free(&own(to)),
        }
    }
}

async fn answer<C: Command>(app: &App, command: C) -> Answer
where
    C::Decider: Handle<C, Rejection: std::fmt::Debug>,
{
    match app.send(command).await {
        Ok(done) => {
            let types = done.events.iter().map(|event| event.encode().unwrap().event_type);
            Answer::Accepted(types.collect(), done.receipt.position())
        }
        Err(SendError::Rejected(_)) => Answer::Refused,
        Err(other) => panic!("{other:?}"),
    }
}

/// The name of something that belongs to this case alone.
fn own(text: &str, case: usize) -> String {
    format!("{text} of case {case}")
}
