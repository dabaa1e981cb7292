//! Keeps work inside the savepoint that it is given.
//!
//! The transaction around it belongs to everybody in the group: work that ended it would decide over its neighbours,
//! and `ROLLBACK; BEGIN` would take back an append that is acknowledged afterwards.

use rusqlite::{
    Connection,
    hooks::{AuthAction, AuthContext, Authorization},
};
use std::cell::Cell;

// A statement is checked when it is prepared, and those that the store has prepared are in the connection's cache,
// where work could find them. So they are spelled as nobody else would.
pub(super) const BEGIN: &str = "BEGIN IMMEDIATE -- a group";
pub(super) const COMMIT: &str = "COMMIT -- a group";
pub(super) const ROLL_BACK_ALL: &str = "ROLLBACK -- a group";
pub(super) const SAVEPOINT: &str = "SAVEPOINT factum_work -- in a group";
pub(super) const RELEASE: &str = "RELEASE factum_work -- in a group";
pub(super) const ROLL_BACK: &str = "ROLLBACK TO factum_work -- in a group";

thread_local! {
    /// Whether this thread, which is the one that writes, is inside somebody's work.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Does `work`, which cannot end the transaction or its savepoint.
pub(crate) fn inside<T>(work: impl FnOnce() -> T) -> T {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            INSIDE.set(false);
        }
    }
    INSIDE.set(true);
    // Also when the work panics.
    let _leave = Leave;
    work()
}

/// Makes `connection` refuse what work may not do.
pub(super) fn guard(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.authorizer(Some(|context: AuthContext<'_>| match context.action {
        AuthAction::Transaction { .. } if INSIDE.get() => Authorization::Deny,
        AuthAction::Savepoint { savepoint_name, .. }
            if INSIDE.get() && savepoint_name.eq_ignore_ascii_case("factum_work") =>
        {
            Authorization::Deny
        }
        _ => Authorization::Allow,
    }))
}
