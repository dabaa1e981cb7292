//! The names under which `pg_locks` lists the holders of the lock on the sequence.

use std::fmt;

/// The name of a transaction that holds the lock (`pg_locks.virtualtransaction`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Name {
    /// A virtual transaction id, such as `3/7`. After a crash the server counts from the beginning: a transaction
    /// that is running now may have the name of one that was running before. Some servers let a prepared transaction
    /// keep it until the restart; that it is listed without a process by then does not make the name last.
    Virtual(u8),
    /// Such as `-1/725`, after the transaction's id, which no other transaction ever gets. It is the name of a
    /// prepared transaction once the server has been restarted, and says nothing of the name before.
    Prepared(u8),
}

/// A set of names: what a listing said, or which holders may own a hole.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Names(u8);

impl Names {
    pub(super) const NOBODY: Self = Self(0);
    const PREPARED: Self = Self(0xf0);

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Those that stay the same for as long as the transaction is there.
    pub(super) fn prepared(self) -> Self {
        self.and(Self::PREPARED)
    }

    /// Those that a restart of the server takes away, and may give to others.
    pub(super) fn passing(self) -> Self {
        self.without(Self::PREPARED)
    }
}

impl FromIterator<Name> for Names {
    fn from_iter<I: IntoIterator<Item = Name>>(names: I) -> Self {
        names.into_iter().fold(Self::NOBODY, |set, name| match name {
            Name::Virtual(n) => Self(set.0 | 0x01 << n),
            Name::Prepared(n) => Self(set.0 | 0x10 << n),
        })
    }
}

impl Default for Name {
    fn default() -> Self {
        Self::Virtual(0)
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = (0..4).flat_map(|n| [Name::Virtual(n), Name::Prepared(n)]);
        f.debug_set()
            .entries(names.filter(|name| self.and([*name].into_iter().collect()) != Self::NOBODY))
            .finish()
    }
}
