//! What a user is told, and the outbox that tells it.

use crate::address::UserId;
use async_trait::async_trait;
use factum::{
    prelude::*,
    projection::{Reaction, Reactor},
    sink::WorkError,
};

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct Welcomed {
    pub(crate) user: UserId,
}

/// The messages to one user.
#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "messages", id = UserId, events(Welcomed))]
pub(crate) struct Messages {
    welcomed: bool,
}

impl Apply<Welcomed> for Messages {
    fn apply(&mut self, _: &Welcomed) {
        self.welcomed = true;
    }
}

/// Sent by the process, when an address is confirmed.
#[derive(Command, Serialize, Deserialize)]
pub(crate) struct Welcome {
    pub(crate) user: UserId,
}

impl Handle<Welcome> for Messages {
    type Rejection = Never;

    fn handle(&self, Welcome { user }: &Welcome) -> Result<Events<Self>, Never> {
        Ok(if self.welcomed { Events::none() } else { Welcomed { user: user.clone() }.into() })
    }
}

/// What leaves the program, a reactor does: it is told of each event at least once, with a key by which a mail server can tell that
/// it was told before.
#[derive(Projection)]
#[projection(name = "postman", events(Welcomed))]
pub(crate) struct Postman;

#[async_trait]
impl Reactor for Postman {
    async fn react(&self, event: &Recorded<PostmanEvent>, _: &Reaction) -> Result<(), WorkError> {
        let PostmanEvent::Welcomed(welcomed) = &event.event;
        println!("  (mail to {}: welcome!)", welcomed.user);
        Ok(())
    }
}
