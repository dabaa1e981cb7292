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
//! | [`ProcessManager`](macro@ProcessManager) | a struct | `ProcessManager`, and makes the enum of its events |
//! | [`Id`](macro@Id) | a newtype | what an id must be able to do |
//!
//! Applications get them from the crate `factum`. The generated code refers to that crate by its name; where it is
//! re-exported under another, every derive takes the path: `#[event(crate = "my_crate::factum")]`.
//!
//! # Parameters
//! Every derive but that of a process takes types and constants as parameters; lifetimes are refused, since what is kept and sent between
//! threads cannot borrow. What is stored under a name says which: a generic event or projection has `name = "…"` for all
//! of its instances, or `name = T::NAME`, a constant of a parameter, where they are to be told apart. A log that holds two
//! instances of an event under one name cannot tell which it reads, so that is right only where they are one shape, or
//! never meet. The same goes for the `category` of a generic aggregate.
//!
//! Events, their enums, ids and projections get the bounds that their implementations need. Aggregates, deciders and
//! commands have the bounds that stand on the struct; they must be enough for its events and its `Apply`. A process takes no
//! parameters.
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
mod process;
mod projection;
mod shape;
mod span;
mod tag;

use crate::ctxt::Ctxt;
use proc_macro2::TokenStream;
use syn::DeriveInput;

#[doc = include_str!("../docs/event.md")]
#[proc_macro_derive(Event, attributes(event))]
pub fn derive_event(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input, event::expand)
}

#[doc = include_str!("../docs/aggregate.md")]
#[proc_macro_derive(Aggregate, attributes(aggregate))]
pub fn derive_aggregate(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input, aggregate::expand)
}

#[doc = include_str!("../docs/command.md")]
#[proc_macro_derive(Command, attributes(command))]
pub fn derive_command(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input, command::expand)
}

#[doc = include_str!("../docs/decider.md")]
#[proc_macro_derive(Decider, attributes(decider))]
pub fn derive_decider(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input, decider::expand)
}

#[doc = include_str!("../docs/projection.md")]
#[proc_macro_derive(Projection, attributes(projection))]
pub fn derive_projection(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input, projection::expand)
}

#[doc = include_str!("../docs/process.md")]
#[proc_macro_derive(ProcessManager, attributes(process))]
pub fn derive_process_manager(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input, process::expand)
}

#[doc = include_str!("../docs/id.md")]
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
