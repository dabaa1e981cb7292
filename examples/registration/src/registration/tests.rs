use super::{Overdue, Registration};
use crate::{
    address::{Confirm, Confirmed, Email, Expire, Register, Registered},
    message::Welcome,
};
use factum::{Query, prelude::*, process::Processing, store::ReadLog};
use factum_testkit::{
    VirtualClock,
    given::{process, wishes},
};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

fn ada() -> Email {
    "ada@example.org".into()
}

fn registered() -> Registered {
    Registered { email: ada(), user: "ada".into() }
}

#[test]
fn who_confirms_is_welcomed() {
    process::<Registration>()
        .when("registration-ada@example.org", registered())
        .then(wishes().schedules("confirmation", DAY, Overdue))
        .after(DAY - Duration::from_secs(1))
        .then_nothing()
        .when("registration-ada@example.org", Confirmed { email: ada() })
        .then(wishes().sends(Welcome { user: "ada".into() }).ends())
        .after(DAY)
        .then_nothing();
}

#[test]
fn who_does_not_confirm_in_time_loses_the_address() {
    process::<Registration>()
        .given("registration-ada@example.org", registered())
        .after(DAY)
        .then(wishes().sends(Expire { email: ada() }).ends())
        .when("registration-ada@example.org", Confirmed { email: ada() })
        .then_nothing()
        .then_no_instance(&ada());
}

/// The whole, with a day that passes at once.
#[tokio::test]
async fn an_address_that_is_not_confirmed_is_free_again() -> Result<(), Box<dyn std::error::Error>> {
    let clock = VirtualClock::new();
    let store = MemoryStore::with_clock(clock.clone());
    let app = App::builder(store).process::<Registration>().build().await?;
    let register = |user: &str| Register { email: ada(), user: user.into() };

    let first = app.send(register("ada")).await?;
    assert!(app.send(register("eve")).await.is_err());
    app.wait_for::<Processing<Registration>>(&first.receipt).await?;
    assert_eq!(app.processes::<Registration>()?.list().await?.len(), 1);

    let mut log = app.store().watch();
    clock.advance(DAY);
    while !types(&app).await?.contains(&"Expired".to_owned()) {
        log.changed().await;
    }
    let second = app.send(register("eve")).await?;
    app.send(Confirm { email: ada() }).await?;
    app.wait_for::<Processing<Registration>>(&second.receipt).await?;
    while !types(&app).await?.contains(&"Welcomed".to_owned()) {
        log.changed().await;
    }
    assert_eq!(
        types(&app).await?,
        ["Registered", "Overdue", "Expired", "Registered", "Confirmed", "Welcomed"]
    );
    app.shutdown().await;
    Ok(())
}

async fn types(app: &App) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let page = app.store().read_log(ReadLog::new(Query::all())).await?;
    Ok(page.events.iter().map(|event| event.event_type.to_string()).collect())
}
