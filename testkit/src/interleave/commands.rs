use super::{
    End, GatedStore, Outcome,
    gate::{Call, Gate},
    run::{Broken, message, run},
    search::Search,
};
use crate::given::{IntoStream, causes, round_trip_event, short_name};
use factum_core::{App, Append, Command, Event, EventAppender as _, EventStore, Handle, NewEvent};
use factum_store_memory::MemoryStore;
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};
use tokio::{
    runtime::{Builder, Handle as Tokio},
    task::unconstrained,
};

/// How many orders are tried at most, unless [`Interleaving::limit`] says otherwise.
pub const LIMIT: usize = 10_000;

/// Commands that are sent at the same time, in every order. What [`interleave!`](crate::interleave!) expands to.
///
/// ```
/// # use factum::prelude::*;
/// # #[derive(Event, Serialize, Deserialize)] struct Opened;
/// # #[derive(Id, Clone)] struct DoorId(String);
/// # #[derive(Aggregate, Clone, Default)]
/// # #[aggregate(id = DoorId, events(Opened))]
/// # struct Door { opened: u32 }
/// # impl Apply<Opened> for Door { fn apply(&mut self, _: &Opened) { self.opened += 1 } }
/// # #[derive(Command)] struct Open { door: DoorId }
/// # impl Handle<Open> for Door {
/// #     type Rejection = &'static str;
/// #     fn handle(&self, _: &Open) -> Result<Events<Self>, &'static str> {
/// #         if self.opened > 0 { Err("is open already") } else { Ok(Opened.into()) }
/// #     }
/// # }
/// use factum_testkit::interleave::Interleaving;
///
/// let explored = Interleaving::new()
///     .when(|| Open { door: "front".into() })
///     .when(|| Open { door: "front".into() })
///     .then(|end| assert_eq!(end.accepted(), 1));
/// assert_eq!(explored.orders, 6);
/// ```
#[must_use = "commands are sent by `then`"]
pub struct Interleaving<'a> {
    given: Vec<NewEvent>,
    commands: Vec<Sent<'a>>,
    store: Box<dyn Fn() -> Arc<dyn EventStore> + 'a>,
    app: Box<dyn Fn(GatedStore) -> LocalBoxFuture<'a, App> + 'a>,
    one_app: bool,
    limit: usize,
}

/// A command and how it is sent.
struct Sent<'a> {
    name: &'static str,
    send: Box<dyn Fn(App) -> LocalBoxFuture<'static, Outcome> + 'a>,
}

/// What was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explored {
    /// In how many orders the commands were sent.
    pub orders: usize,
}

impl<'a> Interleaving<'a> {
    /// No commands yet, each to be sent by an app of its own to a memory store.
    pub fn new() -> Self {
        Self {
            given: Vec::new(),
            commands: Vec::new(),
            store: Box::new(|| Arc::new(MemoryStore::new())),
            app: Box::new(|store| {
                async { App::builder(store).build().await.expect("an app without components starts") }
                    .boxed_local()
            }),
            one_app: false,
            limit: LIMIT,
        }
    }

    /// This event is in `stream` before the commands are sent.
    ///
    /// # Panics
    /// When the event does not come out of a store as it went in, as in [`given()`](crate::given()).
    #[track_caller]
    #[allow(clippy::needless_pass_by_value)] // Like `given::project(…).given(…)`.
    pub fn given(mut self, stream: impl IntoStream, event: impl Event) -> Self {
        self.given.push(NewEvent::encoded(stream.named(), round_trip_event(&event)));
        self
    }

    /// This command is sent at the same time as the others. It is made anew for each order.
    pub fn when<C: Command>(mut self, command: impl Fn() -> C + 'a) -> Self
    where
        C::Decider: Handle<C, Rejection: fmt::Debug>,
    {
        let send = move |app: App| {
            let command = command();
            async move { Outcome::of(app.send(command).await) }.boxed_local()
        };
        self.commands.push(Sent { name: short_name::<C>(), send: Box::new(send) });
        self
    }

    /// This is done at the same time as the commands: several commands in a row, or one with metadata or an expected
    /// version. `name` is what it is called when the test fails.
    pub fn when_doing<F>(mut self, name: &'static str, task: impl Fn(App) -> F + 'a) -> Self
    where
        F: Future<Output = Outcome> + 'static,
    {
        self.commands.push(Sent { name, send: Box::new(move |app| task(app).boxed_local()) });
        self
    }

    /// The commands are sent by one app, as in one process, and not each by its own. They can then wait for each other
    /// before they come to the store, so who begins is a step too.
    pub const fn in_one_app(mut self) -> Self {
        self.one_app = true;
        self
    }

    /// Makes the apps; by default they are what [`App::builder`] builds without further ado.
    ///
    /// An app must be built on the store that it is given, since that is where calls wait for their turn:
    /// `.app(async |store| App::builder(store).….build().await.unwrap())`.
    pub fn app<F>(mut self, app: impl Fn(GatedStore) -> F + 'a) -> Self
    where
        F: Future<Output = App> + 'a,
    {
        self.app = Box::new(move |store| app(store).boxed_local());
        self
    }

    /// Makes the store for each order; by default a [`MemoryStore`].
    pub fn store<S: EventStore>(mut self, store: impl Fn() -> S + 'a) -> Self {
        self.store = Box::new(move || Arc::new(store()));
        self
    }

    /// How many orders are tried at most; more than that is a failure.
    pub const fn limit(mut self, orders: usize) -> Self {
        self.limit = orders;
        self
    }

    /// Sends the commands in every order, and checks `rule` after each, which panics where it does not hold.
    ///
    /// # Panics
    /// With the order in words: when the rule does not hold, a command panics or fails otherwise than by a rejection or
    /// a conflict, commands wait for each other for ever, or do not take the same steps when they are sent again in the
    /// same order. Also when there are more orders than the limit, and inside a tokio runtime.
    #[track_caller]
    pub fn then(self, rule: impl Fn(&End)) -> Explored {
        if Tokio::try_current().is_ok() {
            panic!(
                "commands are interleaved on a runtime of their own: make this a plain `#[test]`, without `async`"
            );
        }
        assert!(!self.commands.is_empty(), "there is no command to be sent");
        let mut search = Search::default();
        let mut orders = 0;
        loop {
            orders += 1;
            if orders > self.limit {
                panic!(
                    "there are more than {} orders: send fewer commands, or allow more with `limit`",
                    self.limit
                );
            }
            if let Err(failure) = self.try_one(orders, &mut search, &rule) {
                panic!("{failure}");
            }
            if !search.another() {
                return Explored { orders };
            }
        }
    }

    /// One order, on a runtime of its own, so that nothing of it is left when the next one begins.
    fn try_one(&self, nth: usize, search: &mut Search, rule: &impl Fn(&End)) -> Result<(), String> {
        let gate = Gate::default();
        let describe = |failure: &str, outcomes: &[Outcome]| self.describe(failure, nth, &gate, outcomes);
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .map_err(|error| format!("no runtime can be started: {error}"))?;
        // Without a budget, since commands are polled within one poll until none can go on.
        let end = runtime.block_on(unconstrained(self.send(&gate, search)));
        let end = end.map_err(|failure| describe(&failure, &[]))?;
        if end.outcomes().iter().any(|outcome| matches!(outcome, Outcome::Failed(_))) {
            return Err(describe("a command failed", end.outcomes()));
        }
        catch_unwind(AssertUnwindSafe(|| rule(&end))).map_err(|panic| {
            format!("{}\n{}", describe("the rule does not hold", end.outcomes()), message(&*panic))
        })
    }

    async fn send(&self, gate: &Gate, search: &mut Search) -> Result<End, String> {
        let store = (self.store)();
        if !self.given.is_empty() {
            let given = store.append_one(Append::new(self.given.clone())).await;
            given.map_err(|error| format!("what is given cannot be written: {}", causes(&error)))?;
        }
        let mut shared = None;
        let mut commands = Vec::with_capacity(self.commands.len());
        for command in &self.commands {
            let app = match (&shared, self.one_app) {
                (Some(app), true) => App::clone(app),
                _ => (self.app)(GatedStore::new(Arc::clone(&store), gate.clone())).await,
            };
            shared = Some(app.clone());
            let sent = (command.send)(app);
            commands.push(match self.one_app {
                true => {
                    let begin = gate.pass(Call::Begin);
                    async move {
                        begin.await;
                        sent.await
                    }
                    .boxed_local()
                }
                false => sent,
            });
        }
        let outcomes = run(commands, gate, search).await.map_err(|broken| self.said(&broken))?;
        End::of(&*store, outcomes)
            .await
            .map_err(|error| format!("the log cannot be read: {}", causes(&error)))
    }

    fn said(&self, broken: &Broken) -> String {
        match broken {
            Broken::Panicked { command, message } => format!("{} panicked ({message})", self.name(*command)),
            Broken::Deadlock(commands) => {
                let names: Vec<_> = commands.iter().map(|command| self.name(*command)).collect();
                format!(
                    "nothing goes on, and {} not ended",
                    match names.as_slice() {
                        [name] => format!("{name} has"),
                        names => format!("{} have", names.join(" and ")),
                    }
                )
            }
            Broken::Endless => "the commands come to no end".to_owned(),
            Broken::Changed => {
                "the commands take other steps than before, where a step came out the same".to_owned()
            }
            Broken::Unseen(command) => {
                format!(
                    "{} never called the store where it is polled, so it cannot be ordered",
                    self.name(*command)
                )
            }
        }
    }

    /// A failure in words.
    fn describe(&self, failure: &str, nth: usize, gate: &Gate, outcomes: &[Outcome]) -> String {
        let order = match gate.order() {
            none if none.is_empty() => "(no step was taken)".to_owned(),
            order => order,
        };
        let mut text = format!("{failure} in this order (the {} that was tried):\n    {order}", ordinal(nth));
        for (index, outcome) in outcomes.iter().enumerate() {
            text.push_str(&format!("\n{} {outcome}", self.name(index)));
        }
        text
    }

    fn name(&self, command: usize) -> String {
        format!("{} ({})", command + 1, self.commands[command].name)
    }
}

fn ordinal(number: usize) -> String {
    let suffix = match (number % 10, number % 100) {
        (1, not) if not != 11 => "st",
        (2, not) if not != 12 => "nd",
        (3, not) if not != 13 => "rd",
        _ => "th",
    };
    format!("{number}{suffix}")
}

impl Default for Interleaving<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Interleaving<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let commands: Vec<_> = self.commands.iter().map(|command| command.name).collect();
        f.debug_struct("Interleaving").field("commands", &commands).finish_non_exhaustive()
    }
}
