//! The protocol as it is, and as it must not be.

/// Which protocol is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    /// What the store does.
    AsBuilt,
    /// There is no proof: what is not visible now is passed.
    NoProof,
    /// Only holes between two visible positions are noticed, not the one directly above the mark.
    LeadingHoleMissed,
    /// A hole is passed once no transaction is in progress that has written, as readers do that compare a position's
    /// transaction with the horizon of a snapshot. Drawing a position is not writing.
    SnapshotHorizon,
    /// The holders are listed before the statement that sees the hole, and not after it.
    ListedBeforeSeen,
    /// Whether holders are left and whether the position is there is asked in one statement, whose snapshot is older
    /// than the list of locks that it reads.
    OneStatement,
    /// A prepared transaction is not looked for under the name that it has after a restart.
    PreparedNotFollowed,
    /// A prepared transaction is known by that it has no process, and its name is taken for the one that lasts. Some
    /// servers change it in the next restart only.
    TakenForLasting,
    /// A new name is looked for only if an old one is missing from the list. After a restart another transaction may
    /// bear the old one.
    FollowedOnceVanished,
    /// The mark is published as it is, although a reader that has just started has a lower one than is published.
    PublishedBlindly,
    /// The sequence has a `CACHE` of two: a session keeps a value for its next transaction, and no lock meanwhile.
    CachingSequence,
    /// The version is checked after the position is drawn, and not before.
    DrawnBeforeChecked,
    /// A server that releases locks before the commit becomes visible.
    ReleasedBeforeVisible,
    /// A server that shows a commit before it is on disk (`synchronous_commit = off`), and loses it in a crash.
    VisibleBeforeDurable,
}
