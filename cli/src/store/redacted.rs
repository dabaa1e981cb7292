/// A URL as it can be shown: without a password. Of one that is spelled wrongly it rather hides too much.
pub(super) fn redacted(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (place, query) = match rest.split_once('?') {
        Some((place, query)) => (place, Some(query)),
        None => (rest, None),
    };
    // A password that should have been escaped may have any of the characters by which a URL is divided.
    let has_rest_of_password = query.is_some_and(|query| query.contains('@'));
    let place = match place.rsplit_once('@') {
        Some((credentials, host)) => match credentials.split_once(':') {
            Some((user, _)) => format!("{user}:{HIDDEN}@{host}"),
            None => place.to_owned(),
        },
        None if has_rest_of_password => HIDDEN.to_owned(),
        None => place.to_owned(),
    };
    match query {
        None => format!("{scheme}://{place}"),
        Some(_) if has_rest_of_password => format!("{scheme}://{place}?{HIDDEN}"),
        Some(query) => {
            let pairs: Vec<_> = query.split('&').map(parameter).collect();
            format!("{scheme}://{place}?{}", pairs.join("&"))
        }
    }
}

const HIDDEN: &str = "***";

fn parameter(pair: &str) -> String {
    match pair.split_once('=') {
        Some((key, _)) if key.contains("password") => format!("{key}={HIDDEN}"),
        _ => pair.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn a_password_is_not_shown() {
        for (url, shown) in [
            ("postgres://h/d", "postgres://h/d"),
            ("postgres://u@h:5432/d?schema=s", "postgres://u@h:5432/d?schema=s"),
            ("postgres://u:hidden@h/d?schema=s", "postgres://u:***@h/d?schema=s"),
            ("postgres://h/d?user=u&password=hidden", "postgres://h/d?user=u&password=***"),
            ("postgres://u:hidden/@hidden@h/d", "postgres://u:***@h/d"),
            ("postgres://u:hidden?hidden@h/d", "postgres://***?***"),
            ("sqlite:a:b@c", "sqlite:a:b@c"),
        ] {
            assert_eq!(redacted(url), shown);
        }
    }
}
