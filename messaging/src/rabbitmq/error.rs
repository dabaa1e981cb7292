use crate::transport::TransportError;
use lapin::{Error, ErrorKind};
use std::borrow::Cow;

/// The codes with which the broker ends a channel or a connection, of those that matter here.
const ACCESS_REFUSED: u16 = 403;
const RESOURCE_LOCKED: u16 = 405;
pub(super) const PRECONDITION_FAILED: u16 = 406;
const NOT_ALLOWED: u16 = 530;
const NOT_IMPLEMENTED: u16 = 540;

/// What the broker has said, if it was the broker that ended it.
pub(super) fn said(error: &Error) -> Option<(u16, &str)> {
    match error.kind() {
        ErrorKind::ProtocolError(error) => Some((error.get_id(), error.get_message().as_str())),
        _ => None,
    }
}

/// A failure of the client while `doing` something: one that may pass, unless the broker says no.
pub(super) fn failed(doing: impl Into<Cow<'static, str>>, error: Error) -> TransportError {
    let is_final = said(&error).is_some_and(|(code, _)| {
        matches!(code, ACCESS_REFUSED | RESOURCE_LOCKED | PRECONDITION_FAILED | NOT_ALLOWED | NOT_IMPLEMENTED)
    });
    if is_final { TransportError::new(doing, error) } else { TransportError::unavailable(doing, error) }
}

/// The same while something is declared, which can be there with other arguments.
pub(super) fn not_declared(what: &str, error: Error) -> TransportError {
    match said(&error) {
        Some((PRECONDITION_FAILED, why)) => {
            let advice = "it is there with other arguments; configure those, use another name, or delete it once it is empty";
            TransportError::new(format!("declaring {what}"), format!("{advice} ({why})"))
        }
        _ => failed(format!("declaring {what}"), error),
    }
}

/// The size that no message may exceed, if the broker has ended a channel because one did.
pub(super) fn largest(error: &Error) -> Option<usize> {
    let (PRECONDITION_FAILED, why) = said(error)? else { return None };
    // "message size 20 is larger than configured max size 10", and without "configured" for the highest that can be.
    let (_, largest) = why.split_once("message size").and_then(|(_, why)| why.split_once("max size"))?;
    largest.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lapin::protocol::{AMQPError, AMQPErrorKind};
    use std::error::Error as _;

    fn ended(code: u16, why: &str) -> Error {
        let kind = AMQPErrorKind::from_id(code).expect("a code");
        ErrorKind::ProtocolError(AMQPError::new(kind, why.into())).into()
    }

    #[test]
    fn the_largest_size_is_read_from_what_the_broker_says() {
        for why in [
            "PRECONDITION_FAILED - message size 20 is larger than configured max size 10",
            "PRECONDITION_FAILED - message size 20 is larger than max size 10",
        ] {
            assert_eq!(largest(&ended(PRECONDITION_FAILED, why)), Some(10));
        }
        assert_eq!(
            largest(&ended(PRECONDITION_FAILED, "PRECONDITION_FAILED - unknown delivery tag 5")),
            None
        );
        assert_eq!(largest(&ended(404, "message size 20 is larger than max size 10")), None);
    }

    #[test]
    fn other_arguments_do_not_pass_and_the_error_says_what_to_do() {
        let error = not_declared("queue a", ended(PRECONDITION_FAILED, "inequivalent arg 'x-queue-type'"));
        assert!(!error.is_transient());
        let why = error.source().expect("a reason").to_string();
        assert!(why.contains("other arguments") && why.contains("x-queue-type"), "{why}");
        assert!(not_declared("queue a", ended(404, "node is down")).is_transient());
    }
}
