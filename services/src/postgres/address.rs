/// The address of a server, from which those of its databases are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// Up to the slash before the name of a database.
    server: String,
    /// As named in the address, or what PostgreSQL takes where none is named.
    database: String,
    /// From the question mark on.
    parameters: String,
}

impl Address {
    /// Reads `postgres://user@host:port/database?parameters`.
    pub(crate) fn parse(url: &str) -> Option<Self> {
        let scheme = ["postgres://", "postgresql://"].into_iter().find(|scheme| url.starts_with(scheme))?;
        let (url, parameters) = url.split_at(url.find('?').unwrap_or(url.len()));
        let (server, database) = match url[scheme.len()..].find('/') {
            Some(slash) => (&url[..scheme.len() + slash], &url[scheme.len() + slash + 1..]),
            None => (url, ""),
        };
        let database = if database.is_empty() { "postgres" } else { database };
        Some(Self {
            server: server.to_owned(),
            database: database.to_owned(),
            parameters: parameters.to_owned(),
        })
    }

    pub(crate) fn local(port: u16) -> Self {
        Self {
            server: format!("postgres://postgres@127.0.0.1:{port}"),
            database: "postgres".to_owned(),
            parameters: String::new(),
        }
    }

    /// Of the database that the address itself names.
    pub(crate) fn url(&self) -> String {
        self.url_of(&self.database)
    }

    /// Of another database of the same server.
    pub(crate) fn url_of(&self, database: &str) -> String {
        format!("{}/{database}{}", self.server, self.parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn another_database_has_the_same_address_otherwise() {
        for (url, expected) in [
            ("postgres://u:p@h:1/d?sslmode=disable", "postgres://u:p@h:1/x?sslmode=disable"),
            ("postgresql://u@h/d", "postgresql://u@h/x"),
            ("postgres://u@h", "postgres://u@h/x"),
            ("postgres://u@h?a=/b", "postgres://u@h/x?a=/b"),
        ] {
            assert_eq!(Address::parse(url).unwrap().url_of("x"), expected);
        }
    }

    #[test]
    fn an_address_without_a_database_names_the_one_that_is_always_there() {
        assert_eq!(Address::parse("postgres://u@h:1/").unwrap().url(), "postgres://u@h:1/postgres");
        assert_eq!(Address::parse("postgres://u@h:1/d").unwrap().url(), "postgres://u@h:1/d");
        assert_eq!(Address::parse("host=h user=u"), None);
    }
}
