use crate::domain::step::step_events;

step_events! {
    /// The bank has chosen what to offer.
    OfferSelected = "O_SELECTED";
    /// The offer is written.
    OfferCreated = "O_CREATED";
    /// The offer is on its way to the customer.
    OfferSent = "O_SENT";
    /// The customer has sent the offer back.
    OfferReturned = "O_SENT_BACK";
    /// The offer holds: the loan is given on its terms.
    OfferAccepted = "O_ACCEPTED";
    /// The bank stands by the offer no longer, since it declines the application.
    OfferDeclined = "O_DECLINED";
    /// The offer is void: there will be another one, or the customer wants none.
    OfferCancelled = "O_CANCELLED";
}
