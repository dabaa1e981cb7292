//! Unique names: a name belongs to at most one account, and one that was given up stays locked for a while.

use factum::{Timestamp, chrono::TimeDelta, prelude::*};
use std::collections::BTreeMap;

/// For how long nobody gets a name that was given up.
pub(crate) const RETENTION: TimeDelta = TimeDelta::days(3);

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct NameClaimed {
    #[event(tag)]
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) at: Timestamp,
}

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct NameReleased {
    #[event(tag)]
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) at: Timestamp,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Holding {
    Owned(String),
    Released(Timestamp),
}

/// What is known of the names that a command is about.
#[derive(Decider, Clone, Debug, Default, PartialEq)]
#[decider(events(NameClaimed, NameReleased))]
pub(crate) struct Names(pub(crate) BTreeMap<String, Holding>);

impl Apply<NameClaimed> for Names {
    fn apply(&mut self, event: &NameClaimed) {
        self.0.insert(event.name.clone(), Holding::Owned(event.account.clone()));
    }
}

impl Apply<NameReleased> for Names {
    fn apply(&mut self, event: &NameReleased) {
        self.0.insert(event.name.clone(), Holding::Released(event.at));
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NameRefusal {
    #[error("the name is taken")]
    Taken,
    #[error("the name is free again at {0}")]
    LockedUntil(Timestamp),
    #[error("the name belongs to somebody else, or to nobody")]
    NotYours,
}

impl Names {
    fn check_free(&self, name: &str, at: Timestamp) -> Result<(), NameRefusal> {
        match self.0.get(name) {
            None => Ok(()),
            Some(Holding::Owned(_)) => Err(NameRefusal::Taken),
            Some(Holding::Released(since)) if at < *since + RETENTION => {
                Err(NameRefusal::LockedUntil(*since + RETENTION))
            }
            Some(Holding::Released(_)) => Ok(()),
        }
    }

    fn check_owned(&self, name: &str, account: &str) -> Result<(), NameRefusal> {
        match self.0.get(name) {
            Some(Holding::Owned(owner)) if owner == account => Ok(()),
            _ => Err(NameRefusal::NotYours),
        }
    }
}

#[derive(Command)]
#[command(decider = Names)]
pub(crate) struct Claim {
    #[command(tag)]
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) at: Timestamp,
}

#[derive(Command)]
#[command(decider = Names)]
pub(crate) struct Release {
    #[command(tag)]
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) at: Timestamp,
}

/// Gives up one name for another, or keeps it if the other cannot be had.
#[derive(Command)]
#[command(decider = Names)]
pub(crate) struct Rename {
    #[command(tag = "name")]
    pub(crate) from: String,
    #[command(tag = "name")]
    pub(crate) to: String,
    pub(crate) account: String,
    pub(crate) at: Timestamp,
}

impl Handle<Claim> for Names {
    type Rejection = NameRefusal;

    fn handle(&self, command: &Claim) -> Result<Events<Self>, NameRefusal> {
        let Claim { name, account, at } = command;
        self.check_free(name, *at)?;
        Ok(claimed(name, account, *at).into())
    }
}

impl Handle<Release> for Names {
    type Rejection = NameRefusal;

    fn handle(&self, command: &Release) -> Result<Events<Self>, NameRefusal> {
        let Release { name, account, at } = command;
        self.check_owned(name, account)?;
        Ok(released(name, account, *at).into())
    }
}

impl Handle<Rename> for Names {
    type Rejection = NameRefusal;

    fn handle(&self, command: &Rename) -> Result<Events<Self>, NameRefusal> {
        let Rename { from, to, account, at } = command;
        self.check_owned(from, account)?;
        self.check_free(to, *at)?;
        Ok(events![released(from, account, *at), claimed(to, account, *at)])
    }
}

pub(crate) fn claimed(name: &str, account: &str, at: Timestamp) -> NameClaimed {
    NameClaimed { name: name.into(), account: account.into(), at }
}

pub(crate) fn released(name: &str, account: &str, at: Timestamp) -> NameReleased {
    NameReleased { name: name.into(), account: account.into(), at }
}

pub(crate) fn claim(name: &str, account: &str, at: Timestamp) -> Claim {
    Claim { name: name.into(), account: account.into(), at }
}

pub(crate) fn release(name: &str, account: &str, at: Timestamp) -> Release {
    Release { name: name.into(), account: account.into(), at }
}

pub(crate) fn rename(from: &str, to: &str, account: &str, at: Timestamp) -> Rename {
    Rename { from: from.into(), to: to.into(), account: account.into(), at }
}

/// A moment, so many days after the first.
pub(crate) fn day(days: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + TimeDelta::days(days)
}
