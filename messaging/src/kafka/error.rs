use crate::transport::{PublishError, TransportError};
use rdkafka::{error::KafkaError, types::RDKafkaErrorCode as Code};
use std::borrow::Cow;

/// A failure of the client while `doing` something: one that may pass, unless it is a no.
pub(super) fn failed(doing: impl Into<Cow<'static, str>>, error: KafkaError) -> TransportError {
    let code = match &error {
        // It has one, which the client does not tell.
        KafkaError::AdminOp(code) => Some(*code),
        error => error.rdkafka_error_code(),
    };
    let is_final = match code {
        Some(code) => is_final(code),
        None => matches!(
            error,
            KafkaError::ClientConfig(..)
                | KafkaError::ClientCreation(_)
                | KafkaError::AdminOpCreation(_)
                | KafkaError::Nul(_)
        ),
    };
    if is_final { TransportError::new(doing, error) } else { TransportError::unavailable(doing, error) }
}

/// Whether trying again will not mend it.
pub(super) const fn is_final(code: Code) -> bool {
    matches!(
        code,
        Code::TopicAuthorizationFailed
            | Code::GroupAuthorizationFailed
            | Code::ClusterAuthorizationFailed
            | Code::TransactionalIdAuthorizationFailed
            | Code::SaslAuthenticationFailed
            | Code::Authentication
            | Code::UnsupportedSASLMechanism
            | Code::IllegalSASLState
            | Code::SecurityDisabled
            | Code::InvalidTopic
            | Code::InvalidGroupId
            | Code::InvalidPartitions
            | Code::InvalidReplicationFactor
            | Code::InvalidConfig
            | Code::InvalidSessionTimeout
            | Code::InvalidTransactionTimeout
            | Code::PolicyViolation
            | Code::UnsupportedVersion
            | Code::UnsupportedFeature
            | Code::InvalidArgument
            | Code::InconsistentGroupProtocol
            | Code::ProducerFenced
            | Code::Fenced
    )
}

/// Why a message was not published.
pub(super) fn not_published(error: KafkaError) -> PublishError {
    const DOING: &str = "publishing a message with Kafka";
    match error.rdkafka_error_code() {
        Some(
            Code::MessageSizeTooLarge
            | Code::MessageBatchTooLarge
            | Code::InvalidMessageSize
            | Code::InvalidRecord
            | Code::InvalidMessage,
        ) => PublishError::Refused(TransportError::new(DOING, error)),
        // Whatever else it is, it is not about this message.
        _ => PublishError::Unavailable(failed(DOING, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::{failed, not_published};
    use rdkafka::{error::KafkaError, types::RDKafkaErrorCode as Code};

    #[test]
    fn what_may_pass_is_told_from_what_will_not() {
        for code in [Code::MessageTimedOut, Code::BrokerTransportFailure, Code::NotEnoughReplicas] {
            assert!(failed("a", KafkaError::MessageProduction(code)).is_transient(), "{code:?}");
        }
        for code in [Code::TopicAuthorizationFailed, Code::ProducerFenced, Code::InvalidReplicationFactor] {
            assert!(!failed("a", KafkaError::AdminOp(code)).is_transient(), "{code:?}");
        }
        assert!(!failed("a", KafkaError::ClientCreation(String::new())).is_transient());
    }

    #[test]
    fn a_message_is_refused_for_its_size_and_nothing_else() {
        assert!(not_published(KafkaError::MessageProduction(Code::MessageSizeTooLarge)).is_refused());
        assert!(!not_published(KafkaError::MessageProduction(Code::TopicAuthorizationFailed)).is_refused());
        assert!(!not_published(KafkaError::Canceled).is_refused());
    }
}
