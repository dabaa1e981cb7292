use super::Capability;
use std::{
    any::Any,
    fmt,
    future::Future,
    panic,
    pin::Pin,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};
use tokio::{runtime, time::timeout};

/// How long a case may take. None takes a hundredth of it; it is for stores that never answer.
const LIMIT: Duration = Duration::from_secs(60);

pub(super) type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How a suite lists a case, which is run in a place that is a `P`.
pub(super) struct Listed<P> {
    pub(super) name: &'static str,
    pub(super) needs: Option<Capability>,
    pub(super) run: fn(P, &'static [Capability]) -> Running,
}

/// Makes a place.
type Make<P> = fn() -> Pin<Box<dyn Future<Output = P> + Send>>;

/// One promise, and how to test it.
#[derive(Clone)]
pub struct Case {
    name: &'static str,
    needs: Option<Capability>,
    run: Arc<dyn Fn(&'static [Capability]) -> Running + Send + Sync>,
}

impl Case {
    fn new<P: Send + 'static>(Listed { name, needs, run }: Listed<P>, make: Make<P>) -> Self {
        let run = move |declared| -> Running { Box::pin(async move { run(make().await, declared).await }) };
        Self { name, needs, run: Arc::new(run) }
    }

    pub(super) fn all<P: Send + 'static>(listed: Vec<Listed<P>>, make: Make<P>) -> Vec<Self> {
        listed.into_iter().map(|listed| Self::new(listed, make)).collect()
    }

    /// The promise, which is also the name of the function that tests it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What a store has to offer for the case to make sense.
    #[must_use]
    pub const fn needs(&self) -> Option<Capability> {
        self.needs
    }

    /// Whether the case makes sense for a store that declares `declared`.
    #[must_use]
    pub fn is_for(&self, declared: &[Capability]) -> bool {
        self.needs.is_none_or(|needs| needs.is_among(declared))
    }

    /// Runs the case to its end, in a thread and a runtime of its own.
    ///
    /// # Errors
    /// [`Rejection`] when the store breaks the promise, panics, or does not answer within a minute.
    pub fn run(&self, declared: &'static [Capability]) -> Result<(), Rejection> {
        let run = Arc::clone(&self.run);
        let (ended, end) = mpsc::channel();
        let body = move || {
            let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            let runtime = runtime.expect("a runtime can be started");
            let in_time = runtime.block_on(async move { timeout(LIMIT, run(declared)).await.is_ok() });
            // Tasks that hang must not hold up the others.
            runtime.shutdown_background();
            // Nobody listens once the limit is over.
            let _ = ended.send(in_time);
        };
        // Its name is part of what a panic prints.
        let thread = thread::Builder::new().name(self.name.to_owned()).spawn(body);
        let thread = thread.expect("a thread can be started");
        match end.recv_timeout(LIMIT + Duration::from_secs(5)) {
            Ok(true) => Ok(()),
            Ok(false) | Err(mpsc::RecvTimeoutError::Timeout) => {
                Err(self.rejection(format!("the store did not answer within {} seconds", LIMIT.as_secs())))
            }
            // The thread ends without a word only by a panic.
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                let panic = thread.join().err();
                Err(self.rejection(panic.map_or_else(String::new, |panic| message(&*panic))))
            }
        }
    }

    fn rejection(&self, message: String) -> Rejection {
        Rejection { case: self.name, message }
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case").field("name", &self.name).field("needs", &self.needs).finish_non_exhaustive()
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panicked without a message".to_owned())
}

/// A promise that a store breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejection {
    /// The name of the case.
    pub case: &'static str,
    /// What was found, and what was expected.
    pub message: String,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.case, self.message)
    }
}

impl std::error::Error for Rejection {}

/// Runs `cases` one after the other, as far as they make sense for a store that declares `declared`, up to the first
/// that rejects it.
///
/// This is how to test a suite: give it a store with a defect.
#[must_use]
pub fn rejection(cases: &[Case], declared: &'static [Capability]) -> Option<Rejection> {
    cases.iter().filter(|case| case.is_for(declared)).find_map(|case| case.run(declared).err())
}

/// What the tests of the macros do.
#[doc(hidden)]
pub fn test(cases: &[Case], name: &str, declared: &'static [Capability]) {
    let case =
        cases.iter().find(|case| case.name == name).expect("the macro and the list name the same cases");
    if let Err(rejection) = case.run(declared) {
        // The panic itself was printed already, with the place in the suite where it happened.
        eprintln!("\n{rejection}");
        panic::resume_unwind(Box::new(rejection.message));
    }
}

#[cfg(test)]
mod tests {
    use super::{Capability, Case, Listed, Running, rejection};

    fn case(name: &'static str, needs: Option<Capability>, run: fn((), &[Capability]) -> Running) -> Case {
        Case::new(Listed { name, needs, run }, || Box::pin(async {}))
    }

    fn fine() -> Case {
        case("fine", None, |(), _| Box::pin(async {}))
    }

    fn broken() -> Case {
        case("broken", None, |(), _| Box::pin(async { panic!("a {} thing", "bad") }))
    }

    fn needs() -> Case {
        case("needs", Some(Capability::Persistent), |(), _| Box::pin(async { panic!("it is not") }))
    }

    #[test]
    fn the_first_case_that_fails_is_named() {
        assert_eq!(rejection(&[fine(), fine()], &[]), None);
        let found = rejection(&[fine(), broken(), needs()], &[Capability::Durable]).expect("one is broken");
        assert_eq!(found.to_string(), "broken: a bad thing");
    }

    #[test]
    fn a_case_is_run_only_where_it_makes_sense() {
        assert_eq!(rejection(&[needs()], &[Capability::Gapless]), None);
        // What survives a crash of the machine survives being closed.
        let found = rejection(&[needs()], &[Capability::Durable]).expect("it fails where it is run");
        assert_eq!((found.case, found.message.as_str()), ("needs", "it is not"));
    }
}
