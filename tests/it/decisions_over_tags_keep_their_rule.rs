use crate::stores::{Store, log, on_every_store, stream};
use factum::{
    App, Command, Decider, Invalid, Query, QueryItem, Scope, SendError, Tag,
    prelude::{Apply, Event, Events, Handle},
};
use serde::{Deserialize, Serialize};

on_every_store! {
    a_name_is_taken_once_whoever_asks,
}

/// A name belongs to no stream: the rule that it is taken once spans all users.
#[derive(Event, Serialize, Deserialize)]
struct Registered {
    #[event(tag)]
    name: String,
}

#[derive(Event)]
enum NameEvent {
    Registered(Registered),
}

#[derive(Clone, Default)]
struct Name {
    taken: bool,
}

impl Decider for Name {
    type Event = NameEvent;

    fn fold(&mut self, event: &NameEvent) {
        let NameEvent::Registered(event) = event;
        Apply::apply(self, event);
    }
}

impl Apply<Registered> for Name {
    fn apply(&mut self, _: &Registered) {
        self.taken = true;
    }
}

struct Register {
    user: usize,
    name: String,
}

impl Command for Register {
    const NAME: &'static str = "Register";
    type Decider = Name;

    fn scope(&self) -> Result<Scope, Invalid> {
        let query = Query::from(QueryItem::tags([Tag::of("name", &self.name)?]));
        Ok(Scope::Query { query, stream: stream(&format!("user-{}", self.user)) })
    }
}

impl Handle<Register> for Name {
    type Rejection = &'static str;

    fn handle(&self, command: &Register) -> Result<Events<Self>, &'static str> {
        match self.taken {
            true => Err("the name is taken"),
            false => Ok(Registered { name: command.name.clone() }.into()),
        }
    }
}

async fn a_name_is_taken_once_whoever_asks(store: impl Store) {
    let app = App::builder(store.clone()).build().await.unwrap();
    let tasks: Vec<_> = (0..64)
        .map(|user| {
            let app = app.clone();
            tokio::spawn(async move { app.send(Register { user, name: format!("name-{}", user % 8) }).await })
        })
        .collect();
    let (mut registered, mut rejected) = (0, 0);
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => registered += 1,
            Err(SendError::Rejected("the name is taken")) => rejected += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!((registered, rejected), (8, 56));
    assert_eq!(log(&store).await.len(), 8);
}
