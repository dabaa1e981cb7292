use factum::{Event as _, EventEnum as _, event::EventDescriptor, topic::TopicRule};
use factum_macros::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize)]
#[event(name = "order.paid", topic = "payments.{key}.made")]
struct Paid;

#[derive(Event, Serialize, Deserialize)]
struct Shipped;

#[derive(Event)]
enum All {
    Paid(Paid),
    Shipped(Shipped),
}

#[test]
fn it_is_published_or_under_the_usual_one() {
    assert_eq!(Paid::TOPIC.as_str(), "payments.{key}.made");
    assert_eq!(Shipped::TOPIC, TopicRule::DEFAULT);
    assert_eq!(
        All::TYPES.iter().map(EventDescriptor::topic).collect::<Vec<_>>(),
        [Paid::TOPIC, Shipped::TOPIC]
    );
}
