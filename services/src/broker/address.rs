/// Who is to be reached where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
}

impl Address {
    /// Reads `scheme://user:password@host:port`, whatever follows after a slash. `usual_port` is meant where none is
    /// named.
    pub(crate) fn parse(url: &str, scheme: &str, usual_port: u16) -> Option<Self> {
        let rest = url.strip_prefix(scheme)?.strip_prefix("://")?;
        let rest = &rest[..rest.find(['/', '?']).unwrap_or(rest.len())];
        let (user, place) = rest.rsplit_once('@').map_or((None, rest), |(user, place)| (Some(user), place));
        let (user, password) = match user.map(|user| user.split_once(':').ok_or(user)) {
            Some(Ok((user, password))) => (Some(decode(user)?), Some(decode(password)?)),
            Some(Err(user)) => (Some(decode(user)?), None),
            None => (None, None),
        };
        let (host, port) = match place.strip_prefix('[') {
            // An address of IPv6, which has colons itself.
            Some(place) => place.split_once(']')?,
            None => place.split_at(place.find(':').unwrap_or(place.len())),
        };
        let port = match port.strip_prefix(':') {
            Some(port) => port.parse().ok()?,
            None if port.is_empty() => usual_port,
            None => return None,
        };
        (!host.is_empty()).then(|| Self { host: host.to_owned(), port, user, password })
    }

    pub(crate) fn local(port: u16) -> Self {
        Self { host: "127.0.0.1".to_owned(), port, user: None, password: None }
    }
}

/// What `%40` and the like stand for.
fn decode(text: &str) -> Option<String> {
    let mut decoded = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%' {
            let (digits, after) = rest.split_at_checked(2)?;
            decoded.push(u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?);
            rest = after;
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::Address;

    fn address(host: &str, port: u16, user: Option<&str>, password: Option<&str>) -> Option<Address> {
        let [user, password] = [user, password].map(|word| word.map(ToOwned::to_owned));
        Some(Address { host: host.to_owned(), port, user, password })
    }

    #[test]
    fn an_address_is_taken_apart() {
        let parse = |url| Address::parse(url, "amqp", 5672);
        assert_eq!(parse("amqp://h"), address("h", 5672, None, None));
        assert_eq!(parse("amqp://u:p@h:1/%2f?heartbeat=1"), address("h", 1, Some("u"), Some("p")));
        assert_eq!(parse("amqp://u%40:%25p%3A@h"), address("h", 5672, Some("u@"), Some("%p:")));
        assert_eq!(parse("amqp://token@[::1]:2"), address("::1", 2, Some("token"), None));
    }

    #[test]
    fn what_is_no_address_is_none() {
        for url in ["h:1", "amqps://h", "amqp:h", "amqp://", "amqp://h:x", "amqp://u%4@h", "amqp://[::1]x"] {
            assert_eq!(Address::parse(url, "amqp", 5672), None, "{url}");
        }
    }
}
