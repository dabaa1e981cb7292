use factum_core::ConsumerName;
use std::fmt::Write as _;
use uuid::Uuid;

/// Names have at most 255 bytes.
const BYTES: usize = 255;
/// Ordering keys have at most this many bytes.
const KEY_BYTES: usize = 1_024;

/// The subscription of a consumer: the prefix, a dash, and its name, in which each byte that is no letter, digit, `-`, `_` or `.`
/// is `~` and two hexadecimal digits. What would be too long ends in `~` and its hash, so that different consumers never share
/// one.
pub(super) fn subscription(prefix: &str, consumer: &ConsumerName) -> String {
    let mut name = format!("{prefix}-");
    for byte in consumer.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            name.push(char::from(byte));
        } else {
            write!(name, "~{byte:02X}").expect("writing to a string does not fail");
        }
    }
    if name.len() > BYTES {
        let hash = Uuid::new_v5(&Uuid::NAMESPACE_OID, consumer.as_str().as_bytes());
        name.truncate(BYTES - 33);
        name = format!("{name}~{}", hash.simple());
    }
    name
}

/// Whether Google takes it as the name of a topic, or of a subscription.
pub(super) fn is_one(name: &str) -> bool {
    (3..=BYTES).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !name.starts_with("goog")
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~'))
}

/// The ordering key of a key: the same, unless it is too long or empty, which would be without order. That different keys may share one
/// then costs nothing but time.
pub(super) fn ordering_key(key: &str) -> String {
    match key.len() {
        0 => "-".to_owned(),
        1..=KEY_BYTES => key.to_owned(),
        _ => Uuid::new_v5(&Uuid::NAMESPACE_OID, key.as_bytes()).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{BYTES, is_one, ordering_key, subscription};
    use factum_core::ConsumerName;

    fn of(name: &str) -> String {
        subscription("factum", &ConsumerName::new(name).unwrap())
    }

    #[test]
    fn a_name_is_one_that_google_takes() {
        assert_eq!(of("billing-2_b.eu"), "factum-billing-2_b.eu");
        assert_eq!(of("a > /é~%"), "factum-a~20~3E~20~2F~C3~A9~7E~25");
        assert!(is_one(&of("a > /é~%")));
        for wrong in ["ab", "1abc", "google", "a/b", "größe", "a b c", &"a".repeat(256)] {
            assert!(!is_one(wrong), "{wrong}");
        }
    }

    #[test]
    fn long_names_stay_different() {
        let (a, b) = (of(&format!("{}a", "ä".repeat(90))), of(&format!("{}b", "ä".repeat(90))));
        assert_eq!(a.len(), BYTES);
        assert_ne!(a, b);
        assert!(is_one(&a));
    }

    #[test]
    fn every_key_is_in_order() {
        assert_eq!(ordering_key("order-7"), "order-7");
        assert_eq!(ordering_key(""), "-");
        assert_eq!(ordering_key(&"é".repeat(512)).len(), 1_024);
        let long = |last: &str| ordering_key(&format!("{}{last}", "é".repeat(512)));
        assert_eq!(long("a"), long("a"));
        assert_ne!(long("a"), long("b"));
        assert!(long("a").len() <= 1_024);
    }
}
