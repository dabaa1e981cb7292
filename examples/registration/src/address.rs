//! An e-mail address, which belongs to one user at a time.

use factum::prelude::*;

#[derive(Id, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Email(String);

#[derive(Id, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UserId(String);

/// Somebody has asked to be registered, and has to confirm that the address is theirs.
#[derive(Event, Serialize, Deserialize)]
pub(crate) struct Registered {
    #[event(tag)]
    pub(crate) email: Email,
    pub(crate) user: UserId,
}

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct Confirmed {
    #[event(tag)]
    pub(crate) email: Email,
}

/// It was not confirmed in time, and is free again.
#[derive(Event, Serialize, Deserialize)]
pub(crate) struct Expired {
    #[event(tag)]
    pub(crate) email: Email,
}

/// Whose the address is: folded from all events that carry it, whichever user's they are. Of two who register with one address at
/// the same time, one gets it.
#[derive(Decider, Clone, Debug, Default)]
#[decider(events(Registered, Confirmed, Expired))]
pub(crate) struct Ownership {
    owner: Option<UserId>,
    confirmed: bool,
}

impl Apply<Registered> for Ownership {
    fn apply(&mut self, event: &Registered) {
        *self = Self { owner: Some(event.user.clone()), confirmed: false };
    }
}

impl Apply<Confirmed> for Ownership {
    fn apply(&mut self, _: &Confirmed) {
        self.confirmed = true;
    }
}

impl Apply<Expired> for Ownership {
    fn apply(&mut self, _: &Expired) {
        *self = Self::default();
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub(crate) enum Refusal {
    #[error("the address is taken")]
    Taken,
    #[error("nobody has registered with this address")]
    Unknown,
}

#[derive(Command)]
#[command(decider = Ownership, stream = "registration")]
pub(crate) struct Register {
    #[command(tag)]
    pub(crate) email: Email,
    pub(crate) user: UserId,
}

impl Handle<Register> for Ownership {
    type Rejection = Refusal;

    fn handle(&self, Register { email, user }: &Register) -> Result<Events<Self>, Refusal> {
        match &self.owner {
            None => Ok(Registered { email: email.clone(), user: user.clone() }.into()),
            Some(owner) if owner == user => Ok(Events::none()),
            Some(_) => Err(Refusal::Taken),
        }
    }
}

#[derive(Command)]
#[command(decider = Ownership, stream = "registration")]
pub(crate) struct Confirm {
    #[command(tag)]
    pub(crate) email: Email,
}

impl Handle<Confirm> for Ownership {
    type Rejection = Refusal;

    fn handle(&self, Confirm { email }: &Confirm) -> Result<Events<Self>, Refusal> {
        match (&self.owner, self.confirmed) {
            (None, _) => Err(Refusal::Unknown),
            (Some(_), true) => Ok(Events::none()),
            (Some(_), false) => Ok(Confirmed { email: email.clone() }.into()),
        }
    }
}

/// Sent by the process, when time is up.
#[derive(Command, Serialize, Deserialize)]
#[command(decider = Ownership, stream = "registration")]
pub(crate) struct Expire {
    #[command(tag)]
    pub(crate) email: Email,
}

impl Handle<Expire> for Ownership {
    type Rejection = Never;

    /// Whoever confirms at the last moment keeps the address: the process learns of it later than this does.
    fn handle(&self, Expire { email }: &Expire) -> Result<Events<Self>, Never> {
        Ok(match (&self.owner, self.confirmed) {
            (Some(_), false) => Expired { email: email.clone() }.into(),
            _ => Events::none(),
        })
    }
}
