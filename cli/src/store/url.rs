use super::redacted::redacted;
use crate::output::escape;
use clap::{
    Arg, Command,
    builder::TypedValueParser,
    error::{Error, ErrorKind},
};
use std::{ffi::OsStr, fmt, path::PathBuf, str::FromStr};

/// A store as it is named on the command line.
#[derive(Clone, Debug)]
pub(crate) enum StoreUrl {
    Sqlite(PathBuf),
    #[cfg(feature = "postgres")]
    Postgres {
        config: Box<factum::postgres::PgConfig>,
        /// Without the password.
        shown: String,
    },
    Memory,
}

#[cfg(feature = "postgres")]
const KNOWN: &str = "sqlite:PATH, postgres://USER@HOST/DATABASE and memory:";
#[cfg(not(feature = "postgres"))]
const KNOWN: &str = "sqlite:PATH and memory:";

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            #[cfg(feature = "postgres")]
            Self::Postgres { shown, .. } => f.write_str(shown),
            Self::Memory => f.write_str("memory:"),
        }
    }
}

impl FromStr for StoreUrl {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        let Some((scheme, rest)) = url.split_once(':') else {
            return Err(format!("it has no scheme; a file is named sqlite:{url}"));
        };
        match scheme {
            "sqlite" => match rest.strip_prefix("//").unwrap_or(rest) {
                "" => Err("the path is missing after sqlite:".to_owned()),
                path => Ok(Self::Sqlite(path.into())),
            },
            #[cfg(feature = "postgres")]
            "postgres" | "postgresql" => match factum::postgres::PgConfig::new(url) {
                Ok(config) => Ok(Self::Postgres { config: Box::new(config), shown: redacted(url) }),
                Err(error) => Err(factum::Causes(&error).to_string()),
            },
            "memory" if rest.trim_start_matches('/').is_empty() => Ok(Self::Memory),
            "memory" => Err("a store in memory has no path".to_owned()),
            other => Err(format!("no store has the scheme {other:?}; this build has {KNOWN}")),
        }
    }
}

/// Reads a [`StoreUrl`] as clap would, but does not repeat a password in what it says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UrlParser;

impl TypedValueParser for UrlParser {
    type Value = StoreUrl;

    fn parse_ref(&self, command: &Command, _: Option<&Arg>, value: &OsStr) -> Result<StoreUrl, Error> {
        let Some(url) = value.to_str() else {
            return Err(Error::new(ErrorKind::InvalidUtf8).with_cmd(command));
        };
        url.parse().map_err(|why| {
            let message = format!("invalid value '{}' for '--store <URL>': {why}", escape(&redacted(url)));
            Error::raw(ErrorKind::ValueValidation, message + "\n").with_cmd(command)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_store_or_says_what_is_wrong_with_it() {
        for (url, path) in
            [("sqlite:a.db", "a.db"), ("sqlite://a.db", "a.db"), ("sqlite:///a/b:c.db", "/a/b:c.db")]
        {
            let read = url.parse();
            assert!(matches!(&read, Ok(StoreUrl::Sqlite(file)) if file == &PathBuf::from(path)), "{read:?}");
        }
        assert!(matches!("memory:".parse(), Ok(StoreUrl::Memory)));
        for (url, part) in [
            ("a.db", "sqlite:a.db"),
            ("sqlite:", "path is missing"),
            ("mysql://h/db", "sqlite:PATH"),
            ("memory:x", "no path"),
        ] {
            let error = url.parse::<StoreUrl>().expect_err("refused");
            assert!(error.contains(part), "{url}: {error}");
        }
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn a_url_of_postgresql_is_shown_without_its_password() {
        for scheme in ["postgres", "postgresql"] {
            let url: StoreUrl = format!("{scheme}://u:hidden@h/d?schema=s").parse().expect("a URL");
            assert_eq!(url.to_string(), format!("{scheme}://u:***@h/d?schema=s"));
            assert!(!format!("{url:?}").contains("hidden"), "{url:?}");
        }
        let error = "postgres://u:hidden@h/d?schema=A".parse::<StoreUrl>().expect_err("refused");
        assert!(error.contains("small letter") && !error.contains("hidden"), "{error}");
    }

    #[cfg(not(feature = "postgres"))]
    #[test]
    fn without_the_feature_there_is_no_postgresql() {
        let error = "postgres://h/d".parse::<StoreUrl>().expect_err("refused");
        assert!(error.contains("no store has the scheme"), "{error}");
    }
}
