//! The derive macros of Factum.
//!
//! | derive | stands on | implements |
//! |---|---|---|
//! | [`Event`](macro@Event) | a struct | `Event`: how one fact is stored |
//! | [`Event`](macro@Event) | an enum | `EventEnum`, and conversions from and to each of its events |
//! | [`Aggregate`](macro@Aggregate) | a struct | `Aggregate` and `Decider`, and makes the enum of its events |
//! | [`Decider`](macro@Decider) | a struct | `Decider`, and makes the enum of its events |
//! | [`Command`](macro@Command) | a struct | `Command`: who decides it, and on which events |
//! | [`Projection`](macro@Projection) | a struct | `Projection`, with a document also `View`, and makes the enum of its events |
//! | [`Id`](macro@Id) | a newtype | what an id must be able to do |
//!
//! Applications get them from the crate `factum`. The generated code refers to that crate by its name; where it is
//! re-exported under another, every derive takes the path: `#[event(crate = "my_crate::factum")]`.
//!
//! # Parameters
//! Every derive takes types and constants as parameters; lifetimes are refused, since what is kept and sent between
//! threads cannot borrow. What is stored under a name says which: a generic event or projection has `name = "…"` for all
//! of its instances, or `name = T::NAME`, a constant of a parameter, where they are to be told apart. A log that holds two
//! instances of an event under one name cannot tell which it reads, so that is right only where they are one shape, or
//! never meet. The same goes for the `category` of a generic aggregate.
//!
//! Events, their enums, ids and projections get the bounds that their implementations need. Aggregates, deciders and
//! commands have the bounds that stand on the struct; they must be enough for its events and its `Apply`.
//!
//! ```
//! # extern crate factum_core as factum;
//! use factum::{Aggregate as _, Apply, Event as _};
//! use factum_macros::{Aggregate, Event};
//! use serde::{Deserialize, Serialize};
//! use std::marker::PhantomData;
//!
//! trait Currency: Clone + Default + Send + Sync + 'static {
//!     const WALLET: &'static str;
//!     const DEPOSITED: &'static str;
//! }
//!
//! #[derive(Event, Serialize, Deserialize)]
//! #[event(name = C::DEPOSITED)]
//! #[serde(bound = "")]
//! struct Deposited<C: Currency> {
//!     amount: u64,
//!     currency: PhantomData<C>,
//! }
//!
//! #[derive(Aggregate, Clone, Default)]
//! #[aggregate(category = C::WALLET, id = u64, events(Deposited<C>))]
//! struct Wallet<C: Currency> {
//!     amount: u64,
//!     currency: PhantomData<C>,
//! }
//!
//! impl<C: Currency> Apply<Deposited<C>> for Wallet<C> {
//!     fn apply(&mut self, event: &Deposited<C>) {
//!         self.amount += event.amount;
//!     }
//! }
//!
//! #[derive(Clone, Default)]
//! struct Yen;
//!
//! impl Currency for Yen {
//!     const WALLET: &'static str = "wallet_jpy";
//!     const DEPOSITED: &'static str = "wallet.jpy.deposited";
//! }
//!
//! assert_eq!(Deposited::<Yen>::TYPE, "wallet.jpy.deposited");
//! assert_eq!(Wallet::<Yen>::stream(&7)?.as_str(), "wallet_jpy-7");
//! # Ok::<(), factum::Invalid>(())
//! ```
//!
//! # Errors
//! All that is wrong with an input is reported in one go. What only the types can tell, such as an event that an
//! aggregate does not `Apply`, is shown at the event in the attribute.

mod aggregate;
mod attributes;
mod command;
mod ctxt;
mod decider;
mod enumeration;
mod event;
mod generics;
mod id;
mod name;
mod projection;
mod shape;
mod span;
mod tag;

use crate::ctxt::Ctxt;
use proc_macro2::TokenStream;
use syn::DeriveInput;

/// An event, or an enum of events.
///
/// # On a struct
/// It becomes an `Event`. It needs `Serialize` and `Deserialize` of serde, unless it has a codec that does not.
///
/// | attribute | meaning |
/// |---|---|
/// | `#[event(name = "account.opened")]` | the stored type name; by default the name of the struct. On a generic struct there is no default, and it may be `name = T::NAME` |
/// | `#[event(version = 2)]` | the version of the payload's shape; by default 1 |
/// | `#[event(upcast(1 = OpenedV1))]` | payloads of version 1 are read as `OpenedV1` (`Deserialize` is enough) and converted with `From` |
/// | `#[event(codec = MyCodec)]` | how payloads are written and read, those of older versions too; by default `Json` |
/// | `#[event(crate = "path")]` | where `factum` is found |
/// | `#[event(tag)]` on a field | the event carries the tag `field:value`; none for an `Option` that is `None`, one for each element of a `Vec` or `BTreeSet` |
/// | `#[event(tag = "branch")]` on a field | the same, called `branch` |
///
/// A payload of an older version without an `upcast` is read as the present shape, which suits a change that serde's
/// `#[serde(default)]` bridges. A payload of a newer version is an error.
///
/// ```
/// # extern crate factum_core as factum;
/// use factum::Event as _;
/// use factum_macros::Event;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Serialize, Deserialize)]
/// #[event(name = "account.withdrawn", version = 2, upcast(1 = WithdrawnV1))]
/// struct Withdrawn {
///     cents: u64,
///     #[event(tag)]
///     branch: Option<String>,
/// }
///
/// #[derive(Deserialize)]
/// struct WithdrawnV1 {
///     euros: u64,
/// }
///
/// impl From<WithdrawnV1> for Withdrawn {
///     fn from(old: WithdrawnV1) -> Self {
///         Self { cents: old.euros * 100, branch: None }
///     }
/// }
///
/// let old = Withdrawn::decode(1, br#"{"euros":3}"#)?;
/// assert_eq!(old.cents, 300);
///
/// let new = Withdrawn { cents: 1, branch: Some("kiel".into()) };
/// assert_eq!(new.tags()?[0].as_str(), "branch:kiel");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # On an enum
/// Each variant holds one event struct. The enum becomes an `EventEnum`, with `From` each event and `TryFrom` back to
/// it. Two events under one stored name are refused while compiling. The enum takes `#[event(crate = "path")]` only.
///
/// ```
/// # extern crate factum_core as factum;
/// use factum::EventEnum as _;
/// use factum_macros::Event;
/// # #[derive(Event, serde::Serialize, serde::Deserialize)] struct Opened;
/// # #[derive(Event, serde::Serialize, serde::Deserialize)] struct Closed;
///
/// #[derive(Event)]
/// enum DoorEvent {
///     Opened(Opened),
///     Closed(Closed),
/// }
///
/// let names: Vec<_> = DoorEvent::TYPES.iter().map(|event| event.name()).collect();
/// assert_eq!(names, ["Opened", "Closed"]);
/// assert!(Opened::try_from(DoorEvent::from(Closed)).is_err());
/// ```
#[proc_macro_derive(Event, attributes(event))]
pub fn derive_event(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input, event::expand)
}

/// An aggregate: state folded from the events of one stream.
///
/// The struct becomes a `Decider` and an `Aggregate`. It needs `Clone` and `Default`, and `Apply` for each of its
/// events. The enum of its events is generated beside it: `AccountEvent` for `Account`, as visible as the struct, with a
/// variant for each event. `#[allow(…)]` and the like on the struct hold for the enum too.
///
/// | attribute | meaning |
/// |---|---|
/// | `#[aggregate(category = "account")]` | the category of its streams, without `-`; by default the name of the struct in `snake_case`. On a generic struct there is no default, and it may be `category = T::CATEGORY` |
/// | `#[aggregate(id = AccountId)]` | the type of its ids |
/// | `#[aggregate(events(Opened, loan::Closed))]` | its events; the variants are called by the last name of each path |
/// | `#[aggregate(events(Opened, loan::Opened as LoanOpened))]` | another name for a variant |
/// | `#[aggregate(events(Opened, #[cfg(feature = "loans")] loan::Closed))]` | an event that is there under a condition |
/// | `#[aggregate(event = Name)]` | with `events`: how the enum is called. Without: the enum of events that it uses, for which it has one `Apply<Name>` |
/// | `#[aggregate(derive(Debug, Clone))]` | derives for the generated enum |
/// | `#[aggregate(shared_id)]` | other aggregates have ids of this type too, or the type is from another crate |
/// | `#[aggregate(crate = "path")]` | where `factum` is found |
///
/// Commands find their aggregate through the type of the id (`AggregateId`), unless that is a primitive type, a
/// `String` or a `Uuid`, `shared_id` is given, or the aggregate has a parameter that the id has not; then a command
/// names its aggregate.
///
/// ```
/// # extern crate factum_core as factum;
/// use factum::{Apply, Decider as _};
/// use factum_macros::{Aggregate, Event, Id};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Id)]
/// struct AccountId(String);
///
/// #[derive(Debug, Event, Serialize, Deserialize)]
/// struct Deposited {
///     amount: u64,
/// }
///
/// #[derive(Aggregate, Clone, Default)]
/// #[aggregate(id = AccountId, events(Deposited), derive(Debug))]
/// struct Account {
///     balance: u64,
/// }
///
/// impl Apply<Deposited> for Account {
///     fn apply(&mut self, event: &Deposited) {
///         self.balance += event.amount;
///     }
/// }
///
/// let mut account = Account::default();
/// factum::Decider::fold(&mut account, &AccountEvent::from(Deposited { amount: 30 }));
/// assert_eq!(account.balance, 30);
/// # use factum::Aggregate as _;
/// assert_eq!(Account::stream(&"7".into())?.as_str(), "account-7");
/// # Ok::<(), factum::Invalid>(())
/// ```
#[proc_macro_derive(Aggregate, attributes(aggregate))]
pub fn derive_aggregate(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input, aggregate::expand)
}

/// A command: what somebody wants to happen.
///
/// | attribute | meaning |
/// |---|---|
/// | `#[command(target)]` on a field | the id of the aggregate that decides it; by default the first field |
/// | `#[command(aggregate = Account)]` | that aggregate; by default the one that the type of the target belongs to. With it, the target is marked |
/// | `#[command(decider = Enrolment)]` | it is decided over tags, by this [`Decider`](macro@Decider) |
/// | `#[command(tag)]` on a field | with a `decider`: the decision depends on the events with the tag `field:value` |
/// | `#[command(tag = "course")]` on a field | the same, called `course` |
/// | `#[command(stream = "enrolment")]` | with a `decider`: the category of the stream that its events go to |
/// | `#[command(name = "account.deposit")]` | what it is called in traces and beside idempotency keys; by default the name of the struct. On a generic struct also `name = T::NAME` |
/// | `#[command(validate = Self::check)]` | looks at the command before anything is loaded: a function from `&Self` to `Result<(), E>`, where `E` is `Violations`, a `String` or a `&str` |
/// | `#[command(crate = "path")]` | where `factum` is found |
///
/// # Decided by an aggregate
/// One field is the target: the first, or the one that is marked. Where nothing is marked and several fields are ids of
/// aggregates, such as those of a transfer from one account to another, the command does not compile until one is.
///
/// ```
/// # extern crate factum_core as factum;
/// use factum::{Apply, Command as _, Events, Handle, Never};
/// use factum_macros::{Aggregate, Command, Event, Id};
/// # #[derive(Id)] struct AccountId(String);
/// # #[derive(Event, serde::Serialize, serde::Deserialize)] struct Deposited { amount: u64 }
/// # #[derive(Aggregate, Clone, Default)]
/// # #[aggregate(id = AccountId, events(Deposited))]
/// # struct Account { balance: u64 }
/// # impl Apply<Deposited> for Account { fn apply(&mut self, event: &Deposited) { self.balance += event.amount } }
///
/// #[derive(Command)]
/// struct Deposit {
///     account: AccountId,
///     amount: u64,
/// }
///
/// impl Handle<Deposit> for Account {
///     type Rejection = Never;
///
///     fn handle(&self, command: &Deposit) -> Result<Events<Self>, Never> {
///         Ok(Deposited { amount: command.amount }.into())
///     }
/// }
///
/// let command = Deposit { account: "7".into(), amount: 30 };
/// assert_eq!(command.scope()?.stream().as_str(), "account-7");
/// # Ok::<(), factum::Invalid>(())
/// ```
///
/// # Decided over tags
/// Where a rule spans several streams, the command names a decider and marks the fields that the rule is about. It is
/// decided on all events of the decider's types that carry **any** of these tags, and its events are appended only if no
/// other such event has come in between (dynamic consistency boundary). So that its own events are seen by the next
/// decision, they carry the same tags: `#[event(tag)]` on the same fields.
///
/// A field that is an `Option` gives no tag when it is `None`; a `Vec` or `BTreeSet` gives one for each element. A value
/// that cannot be part of a tag, or no tag at all, is refused with `Invalid` when the command is sent.
///
/// The query says where the decision looks, and not where its events go. They go to the stream `enrolment-<value>`: the
/// category is the name of the decider in `snake_case`, unless `stream = "…"` says otherwise, and the key is the value of
/// the first tag that is always there. Or one field is a `#[command(target)]` (which can be a tag too); then they go to
/// the stream of that aggregate.
///
/// ```
/// # extern crate factum_core as factum;
/// use factum::{Apply, Command as _, Events, Handle, Scope};
/// use factum_macros::{Command, Decider, Event};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Serialize, Deserialize)]
/// struct Subscribed {
///     #[event(tag)]
///     course: String,
///     #[event(tag)]
///     student: u32,
/// }
///
/// /// A course has two seats, and a student takes five courses.
/// #[derive(Decider, Clone, Default)]
/// #[decider(events(Subscribed))]
/// struct Enrolment {
///     subscriptions: Vec<(String, u32)>,
/// }
///
/// impl Apply<Subscribed> for Enrolment {
///     fn apply(&mut self, event: &Subscribed) {
///         self.subscriptions.push((event.course.clone(), event.student));
///     }
/// }
///
/// #[derive(Command)]
/// #[command(decider = Enrolment, validate = Self::check)]
/// struct Subscribe {
///     #[command(tag)]
///     course: String,
///     #[command(tag)]
///     student: u32,
/// }
///
/// impl Subscribe {
///     fn check(&self) -> Result<(), &'static str> {
///         if self.student == 0 { Err("nobody is student 0") } else { Ok(()) }
///     }
/// }
///
/// impl Handle<Subscribe> for Enrolment {
///     type Rejection = &'static str;
///
///     fn handle(&self, command: &Subscribe) -> Result<Events<Self>, &'static str> {
///         let Subscribe { course, student } = command;
///         if self.subscriptions.iter().filter(|(other, _)| other == course).count() == 2 {
///             return Err("the course is full");
///         }
///         if self.subscriptions.iter().filter(|(_, other)| other == student).count() == 5 {
///             return Err("the student has five courses");
///         }
///         Ok(Subscribed { course: course.clone(), student: *student }.into())
///     }
/// }
///
/// let command = Subscribe { course: "rust-101".into(), student: 7 };
/// let Scope::Query { query, stream } = command.scope()? else { panic!("it is decided over tags") };
/// assert_eq!(query.items()[0].tags[0].as_str(), "course:rust-101");
/// assert_eq!(query.items()[1].tags[0].as_str(), "student:7");
/// assert_eq!(stream.as_str(), "enrolment-rust-101");
/// assert_eq!((Subscribe::NAME, command.validate()), ("Subscribe", Ok(())));
/// # Ok::<(), factum::Invalid>(())
/// ```
#[proc_macro_derive(Command, attributes(command))]
pub fn derive_command(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input, command::expand)
}

/// A decider: state folded from events of several streams, found by their tags.
///
/// The struct becomes a `Decider`. It needs `Clone` and `Default`, and `Apply` for each of its events; it has no category
/// and no id, for it has no streams of its own. The enum of its events is generated beside it: `EnrolmentEvent` for
/// `Enrolment`. Which events a decision is folded from, the [command](macro@Command) says.
///
/// | attribute | meaning |
/// |---|---|
/// | `#[decider(events(Defined, student::Subscribed))]` | its events; `as` renames a variant and `#[cfg(…)]` puts one under a condition, as for [`Aggregate`](macro@Aggregate) |
/// | `#[decider(event = Name)]` | with `events`: how the enum is called. Without: the enum of events that it uses, for which it has one `Apply<Name>` |
/// | `#[decider(derive(Debug, Clone))]` | derives for the generated enum |
/// | `#[decider(crate = "path")]` | where `factum` is found |
///
/// ```
/// # extern crate factum_core as factum;
/// use factum::{Apply, Decider as _};
/// use factum_macros::{Decider, Event};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Serialize, Deserialize)]
/// struct Registered {
///     #[event(tag)]
///     name: String,
/// }
///
/// /// Whether a name is taken, by whomever.
/// #[derive(Decider, Clone, Default)]
/// #[decider(events(Registered))]
/// struct Name {
///     taken: bool,
/// }
///
/// impl Apply<Registered> for Name {
///     fn apply(&mut self, _: &Registered) {
///         self.taken = true;
///     }
/// }
///
/// let mut name = Name::default();
/// name.fold(&Registered { name: "Ada".into() }.into());
/// assert!(name.taken);
/// ```
#[proc_macro_derive(Decider, attributes(decider))]
pub fn derive_decider(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input, decider::expand)
}

/// A projection: events to a read model.
///
/// The enum of its events is generated beside it: `BalanceEvent` for `Balance`. With a `key` the struct is a document too,
/// and its own `View`: there is one for each stream, kept under the key of the stream, and it takes the events through
/// `Apply`. Where several views have one kind of document, each is a struct of its own that names it: `document = Balance`.
/// Other views, and projections with tables of their own, have neither and implement `View` or `Project`.
///
/// | attribute | meaning |
/// |---|---|
/// | `#[projection(name = "balances")]` | names the read model and its checkpoint: `a` to `z`, `0` to `9`, `_`; by default the name of the struct in `snake_case`. On a generic struct there is no default, and it may be `name = T::NAME` |
/// | `#[projection(version = 2)]` | to be raised when the read model must be made anew; by default 1 |
/// | `#[projection(events(Opened, loan::Closed))]` | the events that it is made from; `as` renames a variant and `#[cfg(…)]` puts one under a condition, as for [`Aggregate`](macro@Aggregate) |
/// | `#[projection(event = Name)]` | with `events`: how the enum is called. Without: the enum of events that it uses; the document has one `Apply<Name>` |
/// | `#[projection(derive(Debug, Clone))]` | derives for the generated enum |
/// | `#[projection(categories("account"))]` | only events in streams of these categories |
/// | `#[projection(key = AccountId)]` | what the keys of the streams are read as; with a `document`, by default `String` |
/// | `#[projection(document = Balance)]` | the document, by default the struct itself; needs `Default`, `Serialize`, `Deserialize`, and `Apply` for each event |
/// | `#[projection(crate = "path")]` | where `factum` is found |
///
/// ```
/// # extern crate factum_core as factum;
/// use factum::{Apply, Projection as _};
/// use factum_macros::{Event, Projection};
/// use serde::{Deserialize, Serialize};
/// # #[derive(Event, Serialize, Deserialize)] struct Deposited { amount: u64 }
///
/// #[derive(Projection, Default, Serialize, Deserialize)]
/// #[projection(key = String, events(Deposited))]
/// struct Balance {
///     amount: u64,
/// }
///
/// impl Apply<Deposited> for Balance {
///     fn apply(&mut self, event: &Deposited) {
///         self.amount += event.amount;
///     }
/// }
///
/// /// The same, of savings accounts alone.
/// #[derive(Projection)]
/// #[projection(events(Deposited), categories("savings"), document = Balance)]
/// struct SavingsBalances;
///
/// assert_eq!((Balance::NAME, SavingsBalances::NAME), ("balance", "savings_balances"));
/// ```
#[proc_macro_derive(Projection, attributes(projection))]
pub fn derive_projection(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input, projection::expand)
}

/// An id: a newtype around one value.
///
/// It prints and is read as that value does (`Display`, `FromStr`), and is made of one (`From`, for a `String` also
/// from `&str`) and lent as one (`AsRef`). `Clone`, `Eq`, `Hash` and serde's traits are derived as usual. A
/// `PhantomData` may follow the value: `struct Id<T>(Uuid, PhantomData<T>)`.
///
/// | attribute | meaning |
/// |---|---|
/// | `#[id(crate = "path")]` | where `factum` is found |
///
/// ```
/// # extern crate factum_core as factum;
/// use factum_macros::Id;
///
/// #[derive(Id, Clone, Debug, PartialEq, Eq, Hash)]
/// struct AccountId(u32);
///
/// let id: AccountId = "42".parse()?;
/// assert_eq!(id, AccountId::from(42));
/// assert_eq!(format!("{id:>5}"), "   42");
/// # Ok::<(), std::num::ParseIntError>(())
/// ```
#[proc_macro_derive(Id, attributes(id))]
pub fn derive_id(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input, id::expand)
}

fn derive(
    input: proc_macro::TokenStream,
    expand: fn(&Ctxt, &DeriveInput) -> TokenStream,
) -> proc_macro::TokenStream {
    match syn::parse(input) {
        Ok(input) => {
            let ctxt = Ctxt::default();
            let mut code = expand(&ctxt, &input);
            code.extend(ctxt.into_compile_errors());
            code.into()
        }
        Err(error) => error.into_compile_error().into(),
    }
}
