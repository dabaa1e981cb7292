mod binary;
mod json;
mod message;
mod recorded;
mod refused;

use super::{Binding, CloudEvent};

const BINDINGS: [Binding; 6] =
    [Binding::Http, Binding::Kafka, Binding::Nats, Binding::Amqp, Binding::Mqtt, Binding::GooglePubsub];

/// The event of the specification's examples.
fn example(id: &str) -> CloudEvent {
    CloudEvent::new(id, "/mycontext", "com.example.someevent")
        .unwrap()
        .with_time("2018-04-05T17:31:00Z".parse().unwrap())
        .with_extension("comexampleextension1", "value")
        .unwrap()
        .with_extension("comexampleothervalue", 5)
        .unwrap()
}

fn borrowed(headers: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

/// As headers have it, which do not say that an attribute is an integer.
fn as_headers_have_it(event: CloudEvent) -> CloudEvent {
    event.with_extension("comexampleothervalue", "5").unwrap()
}
