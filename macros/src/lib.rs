//! The derive macros of Factum.
//!
//! | derive | stands on | implements |
//! |---|---|---|
//! | [`Event`](macro@Event) | a struct | `Event`: how one fact is stored |
//! | [`Event`](macro@Event) | an enum | `EventEnum`, and conversions from and to each of its events |
//! | [`Aggregate`](macro@Aggregate) | a struct | `Aggregate` and `Decider`, and makes the enum of its events |
//! | [`Command`](macro@Command) | a struct | `Command`: which aggregate decides it |
//! | [`Projection`](macro@Projection) | a struct | `Projection`, with a document also `View`, and makes the enum of its events |
//! | [`Id`](macro@Id) | a newtype | what an id must be able to do |
//!
//! Applications get them from the crate `factum`. The generated code refers to that crate by its name; where it is
//! re-exported under another, every derive takes the path: `#[event(crate = "my_crate::factum")]`.
//!
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
/// | `#[event(name = "account.opened")]` | the stored type name; by default the name of the struct |
/// | `#[event(version = 2)]` | the version of the payload's shape; by default 1 |
/// | `#[event(upcast(1 = OpenedV1))]` | payloads of version 1 are read as `OpenedV1` (`Deserialize` is enough) and converted with `From` |
/// | `#[event(codec = MyCodec)]` | how payloads are written and read, those of older versions too; by default `Json` |
/// | `#[event(crate = "path")]` | where `factum` is found |
/// | `#[event(tag)]` on a field | the event carries the tag `field:value`, unless the field is an `Option` that is `None` |
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
/// The struct becomes a `Decider` and an `Aggregate`. It needs `Default`, and `Apply` for each of its events. The
/// enum of its events is generated beside it: `AccountEvent` for `Account`, as visible as the struct, with a variant
/// for each event.
///
/// | attribute | meaning |
/// |---|---|
/// | `#[aggregate(category = "account")]` | the category of its streams; without `-` |
/// | `#[aggregate(id = AccountId)]` | the type of its ids |
/// | `#[aggregate(events(Opened, loan::Closed))]` | its events; the variants are called by the last name of each path |
/// | `#[aggregate(events(Opened, loan::Opened as LoanOpened))]` | another name for a variant |
/// | `#[aggregate(event = Name)]` | with `events`: how the enum is called. Without: the enum of events that it uses, for which it has one `Apply<Name>` |
/// | `#[aggregate(derive(Debug, Clone))]` | derives for the generated enum |
/// | `#[aggregate(shared_id)]` | other aggregates have ids of this type too, or the type is from another crate |
/// | `#[aggregate(crate = "path")]` | where `factum` is found |
///
/// Commands find their aggregate through the type of the id (`AggregateId`), unless that is a primitive type, a
/// `String` or a `Uuid`, or `shared_id` is given; then a command names its aggregate.
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
/// #[aggregate(category = "account", id = AccountId, events(Deposited), derive(Debug))]
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
/// | `#[command(target)]` on a field | the id of the aggregate that decides it; on exactly one field |
/// | `#[command(aggregate = Account)]` | that aggregate; by default the one that the type of the target belongs to |
/// | `#[command(crate = "path")]` | where `factum` is found |
///
/// ```
/// # extern crate factum_core as factum;
/// use factum::{Apply, Command as _, Events, Handle};
/// use factum_macros::{Aggregate, Command, Event, Id};
/// # #[derive(Id)] struct AccountId(String);
/// # #[derive(Event, serde::Serialize, serde::Deserialize)] struct Deposited { amount: u64 }
/// # #[derive(Aggregate, Clone, Default)]
/// # #[aggregate(category = "account", id = AccountId, events(Deposited))]
/// # struct Account { balance: u64 }
/// # impl Apply<Deposited> for Account { fn apply(&mut self, event: &Deposited) { self.balance += event.amount } }
///
/// #[derive(Command)]
/// struct Deposit {
///     #[command(target)]
///     account: AccountId,
///     amount: u64,
/// }
///
/// impl Handle<Deposit> for Account {
///     type Rejection = std::convert::Infallible;
///
///     fn handle(&self, command: &Deposit) -> Result<Events<Self>, Self::Rejection> {
///         Ok(Deposited { amount: command.amount }.into())
///     }
/// }
///
/// let command = Deposit { account: "7".into(), amount: 30 };
/// assert_eq!(command.scope()?.stream().as_str(), "account-7");
/// # Ok::<(), factum::Invalid>(())
/// ```
#[proc_macro_derive(Command, attributes(command))]
pub fn derive_command(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input, command::expand)
}

/// A decider.
#[proc_macro_derive(Decider, attributes(decider))]
pub fn derive_decider(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input, decider::expand)
}

/// A projection: events to a read model.
///
/// The enum of its events is generated beside it: `BalancesEvent` for `Balances`. With a `document` it is a `View`
/// too: a document for each stream, keyed by the key of the stream, which takes the events through `Apply`. Other
/// views, and projections with tables of their own, name no document and implement `View` or `Project`.
///
/// | attribute | meaning |
/// |---|---|
/// | `#[projection(name = "balances")]` | names the read model and its checkpoint: `a` to `z`, `0` to `9`, `_`; by default the name of the struct in `snake_case` |
/// | `#[projection(version = 2)]` | to be raised when the read model must be made anew; by default 1 |
/// | `#[projection(events(Opened, loan::Closed))]` | the events that it is made from; `as` renames a variant, as for [`Aggregate`](macro@Aggregate) |
/// | `#[projection(event = Name)]` | with `events`: how the enum is called. Without: the enum of events that it uses; the document has one `Apply<Name>` |
/// | `#[projection(derive(Debug, Clone))]` | derives for the generated enum |
/// | `#[projection(categories("account"))]` | only events in streams of these categories |
/// | `#[projection(document = Balance)]` | the document; needs `Default`, `Serialize`, `Deserialize`, and `Apply` for each event |
/// | `#[projection(key = AccountId)]` | what the keys of the streams are read as; by default `String` |
/// | `#[projection(crate = "path")]` | where `factum` is found |
///
/// ```
/// # extern crate factum_core as factum;
/// use factum::{Apply, Projection as _};
/// use factum_macros::{Event, Projection};
/// use serde::{Deserialize, Serialize};
/// # #[derive(Event, Serialize, Deserialize)] struct Deposited { amount: u64 }
///
/// #[derive(Projection)]
/// #[projection(events(Deposited), document = Balance)]
/// struct OpenBalances;
///
/// #[derive(Default, Serialize, Deserialize)]
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
/// assert_eq!(OpenBalances::NAME, "open_balances");
/// ```
#[proc_macro_derive(Projection, attributes(projection))]
pub fn derive_projection(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input, projection::expand)
}

/// An id: a newtype around one value.
///
/// It prints and is read as that value does (`Display`, `FromStr`), and is made of one (`From`, for a `String` also
/// from `&str`) and lent as one (`AsRef`). `Clone`, `Eq`, `Hash` and serde's traits are derived as usual.
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
