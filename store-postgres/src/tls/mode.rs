use crate::address::refused;
use factum_core::StoreError;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::path::PathBuf;
use tokio_postgres::config::SslMode;

/// `sslmode` and `sslrootcert` of a URL, as PostgreSQL's own clients read them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mode {
    pub(crate) driver: SslMode,
    /// Whether the certificate has to have the name that was connected to.
    pub(super) checks_name: bool,
    /// Who has to have signed the certificate; anybody if there is nobody here.
    pub(super) roots: Option<Roots>,
}

/// Who may sign certificates.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Roots {
    File(PathBuf),
    /// Those that the system trusts.
    System,
}

const MODES: &str = "sslmode is not one of disable, prefer, require, verify-ca and verify-full";

impl Mode {
    /// `usual` is the file that is looked for where a URL names none.
    pub(crate) fn parse(
        mode: Option<&str>,
        root: Option<&str>,
        usual: Option<PathBuf>,
    ) -> Result<Self, StoreError> {
        let is_system = root == Some("system");
        let mode = mode.unwrap_or(if is_system { "verify-full" } else { "prefer" });
        if is_system && mode != "verify-full" {
            return Err(refused(
                "with sslrootcert=system, anybody can have a certificate, so sslmode is verify-full",
            ));
        }
        let roots = match root {
            Some("system") => Some(Roots::System),
            Some(path) => Some(Roots::File(path.into())),
            None => usual.filter(|path| path.exists()).map(Roots::File),
        };
        let (driver, checks, checks_name) = match mode {
            "disable" => (SslMode::Disable, false, false),
            "prefer" => (SslMode::Prefer, false, false),
            // As it has always been: who has named an authority wants it asked.
            "require" => (SslMode::Require, roots.is_some(), false),
            "verify-ca" => (SslMode::Require, true, false),
            "verify-full" => (SslMode::Require, true, true),
            _ => return Err(refused(MODES)),
        };
        if checks && roots.is_none() {
            let why =
                format!("sslmode={mode} needs sslrootcert, the file of who signs certificates, or system");
            return Err(refused(why));
        }
        if cfg!(not(feature = "tls")) && driver == SslMode::Require {
            return Err(refused(format!(
                "sslmode={mode} needs the feature `tls`, which this build is without"
            )));
        }
        Ok(Self { driver, checks_name, roots: roots.filter(|_| checks) })
    }

    /// The file that PostgreSQL's own clients look for.
    pub(crate) fn usual_root() -> Option<PathBuf> {
        std::env::home_dir().map(|home| home.join(".postgresql/root.crt"))
    }

    /// The same for the other driver, which also trusts whom the system trusts.
    pub(crate) fn apply(&self, options: PgConnectOptions) -> PgConnectOptions {
        let mode = match (self.driver, &self.roots) {
            (SslMode::Disable, _) => PgSslMode::Disable,
            (SslMode::Prefer, _) => PgSslMode::Prefer,
            (_, None) => PgSslMode::Require,
            (_, Some(_)) if self.checks_name => PgSslMode::VerifyFull,
            (_, Some(_)) => PgSslMode::VerifyCa,
        };
        let options = options.ssl_mode(mode);
        match &self.roots {
            Some(Roots::File(path)) => options.ssl_root_cert(path),
            _ => options,
        }
    }
}

#[cfg(all(test, feature = "tls"))]
mod tests {
    use super::*;
    use factum_core::Causes;

    fn parse(mode: Option<&str>, root: Option<&str>) -> Result<(SslMode, bool, Option<Roots>), String> {
        let mode = Mode::parse(mode, root, None).map_err(|e| Causes(&e).to_string())?;
        Ok((mode.driver, mode.checks_name, mode.roots))
    }

    #[test]
    fn the_modes_mean_what_they_mean_to_other_clients() {
        let file = || Some(Roots::File("r.pem".into()));
        for (mode, root, expected) in [
            (None, None, (SslMode::Prefer, false, None)),
            (Some("disable"), Some("r.pem"), (SslMode::Disable, false, None)),
            (Some("prefer"), Some("r.pem"), (SslMode::Prefer, false, None)),
            (Some("require"), None, (SslMode::Require, false, None)),
            (Some("require"), Some("r.pem"), (SslMode::Require, false, file())),
            (Some("verify-ca"), Some("r.pem"), (SslMode::Require, false, file())),
            (Some("verify-full"), Some("r.pem"), (SslMode::Require, true, file())),
            (None, Some("system"), (SslMode::Require, true, Some(Roots::System))),
        ] {
            assert_eq!(parse(mode, root), Ok(expected), "{mode:?} {root:?}");
        }
        for (mode, root, part) in [
            ("allow", None, "not one of"),
            ("verify-full", None, "needs sslrootcert"),
            ("verify-ca", None, "needs sslrootcert"),
            ("require", Some("system"), "verify-full"),
        ] {
            let why = parse(Some(mode), root).expect_err(mode);
            assert!(why.contains(part), "{mode}: {why}");
        }
    }

    #[test]
    fn the_usual_file_is_used_if_it_is_there() {
        let usual = |path: &str| Mode::parse(Some("require"), None, Some(path.into())).expect("a mode").roots;
        assert_eq!(usual("no such file"), None);
        assert_eq!(usual("Cargo.toml"), Some(Roots::File("Cargo.toml".into())));
    }
}
