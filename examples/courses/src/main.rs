//! Course subscriptions: a course has so many seats, a student takes so many courses, and no stream holds both rules.
//!
//! `cargo run -p courses` keeps the log in memory, `cargo run -p courses -- courses.db` in a file.

mod course;
mod enrolment;
mod roster;

use course::{CourseId, DefineCourse};
use enrolment::{ChangeCapacity, Subscribe, Unsubscribe};
use factum::{EventStore, bus::Rejection, prelude::*, sink::DocumentSink};
use roster::Rosters;
use std::{env, error::Error, fmt};

/// How many last seats two students try to get at the same time.
const RACES: usize = 100;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    match env::args().nth(1) {
        None => term(MemoryStore::new()).await,
        Some(path) => term(SqliteStore::open(path).await?).await,
    }
}

async fn term(store: impl EventStore + DocumentSink) -> Result<(), Box<dyn Error>> {
    // Two applications on one log, as in two processes: they share nothing but the store.
    let office = App::builder(store.clone()).projection(Rosters).build().await?;
    let portal = App::builder(store).build().await?;

    println!("Four courses; a student takes three at most:");
    for (course, seats) in [("rust", 2), ("sql", 9), ("logic", 9), ("art", 9)] {
        say(&office, &format!("{course}, {seats} seats"), define(course, seats)).await?;
    }
    for course in ["rust", "sql", "logic", "art"] {
        say(&portal, &format!("ada takes {course}"), subscribe(course, "ada")).await?;
    }

    println!("\nBob and Eve want the last seat in rust, at the same time:");
    tokio::try_join!(
        say(&office, "bob takes rust", subscribe("rust", "bob")),
        say(&portal, "eve takes rust", subscribe("rust", "eve")),
    )?;

    println!("\nThe course moves to another room, whoever got no seat asks again, and Ada thinks twice:");
    say(&office, "a room with 1 seat", resize("rust", 1)).await?;
    say(&office, "a room with 3 seats", resize("rust", 3)).await?;
    say(&portal, "bob takes rust", subscribe("rust", "bob")).await?;
    say(&portal, "eve takes rust", subscribe("rust", "eve")).await?;
    say(&portal, "ada leaves sql", Unsubscribe { course: "sql".into(), student: "ada".into() }).await?;
    say(&portal, "ada takes art", subscribe("art", "ada")).await?;

    println!("\nThe notice board:");
    office.caught_up().await?;
    for course in ["rust", "sql", "logic", "art"] {
        let roster = office.ask(Rosters::get(course)).await?.unwrap_or_default();
        println!("  {course:<6} {roster}");
    }

    println!("\n{RACES} courses with one seat, and two students for each:");
    let (mut taken, mut refused) = (0, 0);
    for n in 1..=RACES {
        let course = format!("seminar {n}");
        // On a file that has seen this before, there is such a course already, and its seat is taken.
        outcome(office.send(define(&course, 1)).await)?;
        let both = [(&office, "one"), (&portal, "other")].map(|(app, which)| {
            let (app, command) = (app.clone(), subscribe(&course, &format!("{which} student {n}")));
            tokio::spawn(async move { app.send(command).await })
        });
        for task in both {
            match outcome(task.await?)? {
                None => taken += 1,
                Some(_) => refused += 1,
            }
        }
    }
    let again = office.commands().conflicts() + portal.commands().conflicts();
    println!("  {taken} seats taken, {refused} students refused; decided again after a conflict: {again}");

    office.shutdown().await;
    Ok(())
}

/// Sends a command, and says what came of it.
async fn say<C: Command>(app: &App, what: &str, command: C) -> Result<(), Box<dyn Error>>
where
    Rejection<C>: fmt::Display + fmt::Debug + 'static,
{
    match outcome(app.send(command).await)? {
        None => println!("  {what}"),
        Some(refusal) => println!("  {what}? No: {refusal}."),
    }
    Ok(())
}

/// The refusal, if it is one. Whatever else went wrong is no answer.
fn outcome<T, E>(sent: Result<T, SendError<E>>) -> Result<Option<E>, Box<dyn Error>>
where
    E: fmt::Display + fmt::Debug + 'static,
{
    match sent {
        Ok(_) => Ok(None),
        Err(SendError::Rejected(refusal)) => Ok(Some(refusal)),
        Err(failure) => Err(failure.into()),
    }
}

fn define(course: &str, seats: usize) -> DefineCourse {
    DefineCourse { course: CourseId::from(course), seats }
}

fn resize(course: &str, seats: usize) -> ChangeCapacity {
    ChangeCapacity { course: course.into(), seats }
}

fn subscribe(course: &str, student: &str) -> Subscribe {
    Subscribe { course: course.into(), student: student.into() }
}
