use crate::{CloudEvent, Topic, transport::Outgoing};
use factum_core::{
    EventEnum, Projection, Recorded, event::EventDescriptor, sink::WorkError, topic::TopicRule,
};
use std::borrow::Cow;

/// Which events a [relay](super) publishes, and as what.
///
/// It is a consumer with a name and events, derived as a projection is. Without anything else, each event is published as it is
/// stored, under its topic:
///
/// ```
/// # extern crate factum_core as factum;
/// # use factum_macros::{Event, Projection};
/// # use serde::{Deserialize, Serialize};
/// use factum_messaging::Publish;
///
/// #[derive(Event, Serialize, Deserialize)]
/// struct Paid { amount: u64 }
///
/// #[derive(Projection)]
/// #[projection(name = "orders_out", events(Paid))]
/// struct OrdersOut;
///
/// impl Publish for OrdersOut {}
/// ```
///
/// What others rely on should not change whenever the own events do. [`Publish::outgoing`] can say something else than what is
/// stored: other names, fewer fields, or nothing.
pub trait Publish: Projection {
    /// In what context the events have happened, which with their ids makes them unique in the world: the `source` of each
    /// [`CloudEvent`], a URI or a reference to one. By default `/` and the name of the relay.
    fn source(&self) -> Cow<'static, str> {
        format!("/{}", Self::NAME).into()
    }

    /// Under which topic an event is published. By default under that which [its type says](factum_core::Event::TOPIC), or else that
    /// [of its category, key and type](Topic::of_event). A [consumer](crate::consumer) of the same events listens there too, unless it
    /// is [told](crate::consumer::Consumer::topics) otherwise.
    ///
    /// # Errors
    /// Why there is none; the event is put into quarantine.
    fn topic(&self, event: &Recorded<Self::Event>) -> Result<Topic, WorkError> {
        let types = <Self::Event as EventEnum>::TYPES;
        let of = types.iter().find(|of| of.name() == event.record.event_type.as_str());
        Ok(of.map_or(TopicRule::DEFAULT, EventDescriptor::topic).topic(&event.record)?)
    }

    /// What is published for an event; `None` for nothing. By default the event itself, under its [topic](Self::topic), in order with
    /// its stream.
    ///
    /// With several partitions, the order of a key that is not the stream is kept only within each stream.
    ///
    /// # Errors
    /// Why it cannot be said; the event is put into quarantine.
    fn outgoing(&self, event: &Recorded<Self::Event>) -> Result<Option<Outgoing>, WorkError> {
        let message = CloudEvent::of(&event.record, &self.source())?;
        Ok(Some(Outgoing::new(self.topic(event)?, event.stream().to_string(), message)))
    }
}
