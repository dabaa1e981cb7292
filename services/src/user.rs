use crate::Error;
use std::{
    fs,
    os::unix::{
        fs::{MetadataExt as _, chown},
        process::CommandExt as _,
    },
    path::Path,
    process::Command,
};

/// In this order: the first is who a database belongs to where it is installed, the second is everywhere.
const NAMES: [&str; 2] = ["postgres", "nobody"];

/// Who runs servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum User {
    /// Who runs this process.
    Same,
    /// Somebody else, since servers refuse root.
    Other { uid: u32, gid: u32 },
}

impl User {
    /// The user for a server in `folder`, a folder that this process has made, which becomes that user's.
    pub(crate) fn of(folder: &Path) -> Result<Self, Error> {
        let owner = fs::metadata(folder).map_err(Error::file(format!("reading {}", folder.display())))?.uid();
        if owner != 0 {
            return Ok(Self::Same);
        }
        let users = fs::read_to_string("/etc/passwd").map_err(Error::file("reading /etc/passwd"))?;
        let Some((uid, gid)) = NAMES.iter().find_map(|name| ids(&users, name)) else {
            return Err(Error::Missing {
                service: "a user to run servers",
                how: format!("they refuse root, and there is no {}", NAMES.join(" and no ")),
            });
        };
        let user = Self::Other { uid, gid };
        user.take(folder)?;
        Ok(user)
    }

    /// Makes a file or a folder that this process has made the user's own.
    pub(crate) fn take(self, path: &Path) -> Result<(), Error> {
        let Self::Other { uid, gid } = self else { return Ok(()) };
        chown(path, Some(uid), Some(gid))
            .map_err(Error::file(format!("giving {} to user {uid}", path.display())))
    }

    pub(crate) fn run(self, command: &mut Command) -> &mut Command {
        match self {
            Self::Same => command,
            Self::Other { uid, gid } => command.uid(uid).gid(gid),
        }
    }
}

/// The ids of the user `name` in a file like `/etc/passwd`.
fn ids(users: &str, name: &str) -> Option<(u32, u32)> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next()? != name {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        Some((uid, fields.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::ids;

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let users = "root:x:0:0:root:/:/bin/sh\npostgresql:x:7:8::/:\n\npostgres:x:101:104::/var:/bin/sh\n";
        assert_eq!(ids(users, "postgres"), Some((101, 104)));
        assert_eq!(ids(users, "nobody"), None);
    }
}
