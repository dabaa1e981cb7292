//! A payment service, as somebody else would run it: simulated, and no part of the shop.
//!
//! It keeps its own books ([`Account`]), knows a charge by its order and so does it once, and answers when it likes: at once,
//! after the shop has given up, or never. It can be stopped ([`Switch`]). That its books are in the same log as all else is for the
//! sake of the example alone: so it needs nothing installed. With a broker it is a [program of its own](crate::split).
//!
//! It hears what the shop asks for by two reactors. [`Charging`] asks once: what is not answered, the deadline of the order takes
//! care of. [`Refunding`] tries again for as long as it takes, for a customer's money is not given up. Its answers are the entries of
//! its books, of which the shop [takes note](crate::payment::Answers).

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
    service::{Provider, Stopped},
    switch::{ServiceStarted, ServiceStopped, StartService, StopService, Switch, SwitchEvent, SwitchId},
};
