//! A `main` that returns a `Result` prints the `Debug` of its error.

use crate::bank::{Account, Balance, deposit, withdraw};
use factum::{
    Position, SendError, StoreError, Violations, bus::LoadError, prelude::*, projections::WaitError,
    store::Conflict,
};
use std::{error::Error, fmt::Debug, io, time::Duration};

fn shown(error: impl Debug) -> String {
    format!("{error:?}")
}

fn disk_full() -> StoreError {
    StoreError::new("writing to bank.db", io::Error::other("disk full"))
}

#[test]
fn with_its_causes() {
    assert_eq!(shown(disk_full()), "writing to bank.db failed: disk full");
    assert_eq!(shown(SendError::<()>::Store(disk_full())), "writing to bank.db failed: disk full");
    assert_eq!(shown(LoadError::from(disk_full())), "writing to bank.db failed: disk full");
    assert_eq!(shown(AskError::from(disk_full())), "writing to bank.db failed: disk full");
    assert_eq!(
        shown(AskError::answer(disk_full())),
        "answering failed: writing to bank.db failed: disk full"
    );
}

#[test]
fn a_rejection_as_the_domain_prints_it() {
    let refused = SendError::Rejected("there is only 70");
    assert_eq!(shown(&refused), r#"Rejected("there is only 70")"#);
    let errors: [(SendError<()>, &str); 4] = [
        (SendError::Violations(Violations::new("amount", "must not be 0")), "amount must not be 0"),
        (
            SendError::TimedOut(Duration::from_secs(2)),
            "no answer within 2s; the command may still take effect",
        ),
        (SendError::Layer("too many".into()), "too many"),
        (
            SendError::Conflict(Conflict::condition(Position::new(4), Position::new(9))),
            "an event that matches the append's condition was written at position 9, after 4",
        ),
    ];
    for (error, text) in errors {
        assert_eq!(shown(error), text);
    }
}

#[tokio::test]
async fn what_is_missing_with_what_to_add() {
    let app = App::builder(MemoryStore::new()).build().await.unwrap();
    let done = app.send(deposit(7)).await.unwrap();
    let asked = shown(app.ask(Balance::get("ada")).after(&done).await.unwrap_err());
    assert!(
        asked.ends_with("Balance>; add the projection that keeps it, or `.model(…)`, to the builder"),
        "{asked}"
    );
    let waited: WaitError = app.wait_for::<Balance>(&done.receipt).await.unwrap_err();
    let waited = shown(waited);
    assert!(
        waited.ends_with(
            "Balance; add it to the builder with `.view::<…>()`, `.projection(…)` or `.process::<…>()`"
        ),
        "{waited}"
    );
    assert!(waited.starts_with("the app does not run "), "{waited}");
}

#[tokio::test]
async fn what_did_not_start_with_its_name() {
    let twice = App::builder(MemoryStore::new()).view::<Balance>().view::<Balance>().build().await;
    let error: Box<dyn Error> = twice.unwrap_err().into();
    assert_eq!(
        shown(error),
        r#"starting projection balance: the app has a projection named "balance" already"#
    );
}

#[tokio::test]
async fn a_refused_command_can_be_returned() {
    async fn main() -> Result<(), Box<dyn Error>> {
        let app = App::builder(MemoryStore::new()).build().await?;
        app.send(deposit(7)).await?;
        app.load::<Account>(&"ada".into()).await?;
        app.send(withdraw(8)).await?;
        Ok(())
    }
    assert_eq!(shown(main().await.unwrap_err()), "Rejected(NotEnough { available: 7 })");
}
