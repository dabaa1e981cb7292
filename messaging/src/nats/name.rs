use factum_core::ConsumerName;
use std::fmt::Write as _;
use uuid::Uuid;

/// A server lets names have 255 bytes, and makes file names of them.
const BYTES: usize = 200;

/// The durable consumer of a consumer: its name, in which each byte that is no letter, digit, `-` or `_` is `=` and two hexadecimal
/// digits. NATS [forbids] white space, dots, wildcards and slashes; and a percent sign, with which others would begin an escape, ends
/// the connection, since servers format text with the name in it. What would be too long ends in `=` and its hash, so that different
/// consumers never share one.
///
/// [forbids]: https://docs.nats.io/running-a-nats-service/nats_admin/jetstream_admin/naming
pub(super) fn durable(consumer: &ConsumerName) -> String {
    let mut name = String::with_capacity(consumer.as_str().len());
    for byte in consumer.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
            name.push(char::from(byte));
        } else {
            write!(name, "={byte:02X}").expect("writing to a string does not fail");
        }
    }
    if name.len() > BYTES {
        let hash = Uuid::new_v5(&Uuid::NAMESPACE_OID, consumer.as_str().as_bytes());
        name.truncate(BYTES - 33);
        name = format!("{name}={}", hash.simple());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::{BYTES, durable};
    use factum_core::ConsumerName;

    fn of(name: &str) -> String {
        durable(&ConsumerName::new(name).unwrap())
    }

    #[test]
    fn a_name_is_one_word_that_a_server_takes() {
        assert_eq!(of("billing-2_b"), "billing-2_b");
        assert_eq!(of("billing.eu > /é=%"), "billing=2Eeu=20=3E=20=2F=C3=A9=3D=25");
    }

    #[test]
    fn long_names_stay_different() {
        let (a, b) = (of(&format!("{}a", "ä".repeat(90))), of(&format!("{}b", "ä".repeat(90))));
        assert_eq!(a.len(), BYTES);
        assert_ne!(a, b);
    }
}
