//! A payment service, as somebody else would run it: simulated, and no part of the shop.
//!
//! It keeps its own books ([`Account`]), knows a charge by its order and so does it once, and answers when it likes: at once,
//! after the shop has given up, or never. It can be stopped ([`Switch`]). That it is kept in the same log is for the sake of
//! the example alone: so it needs nothing installed, and its books can be audited.
//!
//! The shop reaches it through two reactors. [`Charging`] asks once: what is not answered, the deadline of the order takes care
//! of. [`Refunding`] tries again for as long as it takes, for a customer's money is not given up.

mod account;
mod charging;
mod late;
mod refunding;
mod service;
mod switch;

pub use self::{
    account::{
        Account, AccountEvent, Charge, ChargeRefused, Charged, ChargedLate, NotCharged, Return, Returned,
    },
    charging::{Charging, ChargingEvent},
    late::{AnswerDue, LateAnswers, LateAnswersEvent},
    refunding::{Refunding, RefundingEvent},
    service::{Answer, Provider, Stopped},
    switch::{ServiceStarted, ServiceStopped, StartService, StopService, Switch, SwitchEvent, SwitchId},
};
