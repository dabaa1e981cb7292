//! RabbitMQ itself: what the conformance suite asks of every transport, and what is only to be said of this one.

mod place;
mod proxy;

mod a_connection_that_is_lost_is_made_again;
mod requests_go_on;
mod the_management_shows_what_is_there;
mod what_cannot_be_published_is_refused;
mod what_comes_in_is_kept_until_it_is_settled;
mod what_is_declared_is_what_is_asked_for;
mod what_python_reads;

mod conformance {
    use super::place::Place;
    use factum_messaging::rabbitmq::RabbitMq;
    use factum_testkit::conformance::{self, Fixture};

    conformance::transports!(Place, capabilities = [shared, keeps, competes, redelivers, delays]);

    /// Without the notes, since queues of requests go by themselves.
    struct Plainly(Place);

    impl Fixture for Plainly {
        type Store = RabbitMq;

        async fn make() -> Self {
            Self(Place::new())
        }

        async fn open(&self) -> RabbitMq {
            self.0.open().await
        }
    }

    conformance::requests!(Plainly, capabilities = [shared]);
}
