//! The URL of a database, and what of it is for whom.

use crate::{PgConfig, tls::Mode};
use factum_core::StoreError;
use sqlx::postgres::PgConnectOptions;
use std::{fmt, str::FromStr};
use tokio_postgres::Config;
use url::form_urlencoded;

/// What a URL says of a store, beside where the database is.
const OWN: [&str; 3] = ["schema", "pooler", "migrate"];
/// What the driver of callers' transactions understands; it would complain of the rest in the log.
const CALLERS: [&str; 8] =
    ["host", "hostaddr", "port", "dbname", "user", "password", "application_name", "options"];

/// Where a database is.
pub(crate) struct Address {
    pub(crate) config: Config,
    pub(crate) callers: Callers,
    pub(crate) tls: Mode,
}

/// The same for the other driver.
#[derive(Clone)]
pub(crate) struct Callers(pub(crate) PgConnectOptions);

/// What the store itself is told by a URL.
pub(crate) type Own = Vec<(String, String)>;

impl Address {
    pub(crate) fn parse(url: &str) -> Result<(Self, Own), StoreError> {
        if !["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
            return Err(refused("it does not begin with postgres:// or postgresql://"));
        }
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut own, mut driver, mut callers) = (Own::new(), Vec::new(), Vec::new());
        let (mut mode, mut root) = (None, None);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            // A plus is a plus here, as PostgreSQL has it.
            let escaped = pair.replace('+', "%2B");
            let decoded = form_urlencoded::parse(escaped.as_bytes()).next();
            let (key, value) = decoded.ok_or_else(|| refused("a parameter has no name"))?;
            match &*key {
                "sslmode" => mode = Some(value.into_owned()),
                "sslrootcert" => root = Some(value.into_owned()),
                key if OWN.contains(&key) => own.push((key.to_owned(), value.into_owned())),
                key => {
                    driver.push(pair);
                    if CALLERS.contains(&key) {
                        callers.push(pair);
                    }
                }
            }
        }
        let tls = Mode::parse(mode.as_deref(), root.as_deref(), Mode::usual_root())?;
        let mut config = Config::from_str(&joined(place, &driver)).map_err(refused)?;
        config.ssl_mode(tls.driver);
        let callers = PgConnectOptions::from_str(&joined(place, &callers)).map_err(refused)?;
        Ok((Self { config, callers: Callers(tls.apply(callers)), tls }, own))
    }
}

impl PgConfig {
    /// As the URL has it.
    pub(crate) fn with(mut self, own: Own) -> Result<Self, StoreError> {
        for (key, value) in own {
            self = match &*key {
                "schema" => self.schema(&value)?,
                "pooler" => self.pooler(is_true(&key, &value)?),
                _ => self.migrate(is_true(&key, &value)?),
            };
        }
        Ok(self)
    }
}

fn is_true(key: &str, value: &str) -> Result<bool, StoreError> {
    value.parse().map_err(|_| refused(format!("{key} is neither true nor false")))
}

fn joined(place: &str, query: &[&str]) -> String {
    match query {
        [] => place.to_owned(),
        query => format!("{place}?{}", query.join("&")),
    }
}

/// The reason must not repeat the URL, which may have a password in it.
pub(crate) fn refused(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::incompatible("reading the URL of the database", why)
}

/// Without the password, which the driver would show.
impl fmt::Debug for Callers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callers")
    }
}

#[cfg(test)]
mod tests {
    use crate::PgConfig;
    use factum_core::Causes;

    fn why(url: &str) -> String {
        Causes(&PgConfig::new(url).expect_err(url)).to_string()
    }

    #[test]
    fn a_url_may_say_how_the_store_is_opened() {
        let url = "postgresql://u:pw@h:1/d?schema=accounts&application_name=a%20b&pooler=true&migrate=false";
        let config = PgConfig::new(url).expect("a URL");
        assert_eq!((&*config.schema, config.pooler, config.migrate), ("accounts", true, false));
        let driver = &config.connector.config;
        assert_eq!((driver.get_dbname(), driver.get_application_name()), (Some("d"), Some("a b")));
        let callers = &config.callers.0;
        assert_eq!((callers.get_host(), callers.get_port(), callers.get_database()), ("h", 1, Some("d")));
    }

    #[test]
    fn what_is_wrong_with_it_is_said() {
        for (url, part) in [
            ("host=h user=u", "postgres://"),
            ("postgres://h/d?schema=A", "small letter"),
            ("postgres://h/d?pooler=yes", "pooler is neither true nor false"),
            ("postgres://h/d?colour=red", "colour"),
            ("postgres://h:port/d", "port"),
        ] {
            assert!(why(url).contains(part), "{url}: {}", why(url));
        }
    }

    #[test]
    fn the_password_is_never_shown() {
        let config = PgConfig::new("postgres://u:hidden@h/d?password=hidden").expect("a URL");
        assert!(!format!("{config:?}").contains("hidden"), "{config:?}");
        for url in
            ["postgres://u:hidden@h:x/d", "postgres://u:hidden@h/d?x=1", "postgres://u:hidden@h/d?schema=-"]
        {
            assert!(!why(url).contains("hidden"), "{}", why(url));
        }
    }
}
