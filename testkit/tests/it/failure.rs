//! Tests that fail, to look at how they do.

use std::{
    cell::{Cell, RefCell},
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
    sync::Once,
};

/// How a test failed.
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) file: String,
    pub(crate) line: u32,
}

thread_local! {
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<(String, u32)>> = const { RefCell::new(None) };
}

/// Runs a test that must fail.
#[track_caller]
pub(crate) fn failure<T>(test: impl FnOnce() -> T) -> Failure {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            let place = panic.location().map(|place| (place.file().to_owned(), place.line()));
            LAST.set(place);
            if !EXPECTED.get() {
                usual(panic);
            }
        }));
    });
    EXPECTED.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(|| drop(test())));
    EXPECTED.set(false);
    let Err(panic) = outcome else { panic!("the test passed, and should have failed") };
    let (file, line) = LAST.take().unwrap();
    let message = match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => (*panic.downcast_ref::<&str>().unwrap()).to_owned(),
    };
    Failure { message, file, line }
}

/// What a test that must fail says.
#[track_caller]
pub(crate) fn complaint<T>(test: impl FnOnce() -> T) -> String {
    failure(test).message
}
