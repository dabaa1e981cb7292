//! `#[derive(Decider)]`.

#[cfg(test)]
mod tests;

use crate::{
    attributes::{Factum, Helper, Slot, implementations},
    ctxt::Ctxt,
    enumeration::{self, Events},
    shape,
};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::DeriveInput;

const HELPER: Helper = Helper {
    name: "decider",
    on: "a struct",
    keys: &["events(Opened, Deposited)", "event = EnrolmentEvent", "derive(Debug)", "crate = \"…\""],
};

pub(crate) fn expand(ctxt: &Ctxt, input: &DeriveInput) -> TokenStream {
    let owned = shape::is_owned(ctxt, input);
    let is_struct = shape::fields(
        ctxt,
        input,
        "Decider",
        "keep the alternatives in a field: `struct Enrolment { status: Status }`",
    );
    let (mut factum, mut events) = (Slot::default(), enumeration::Attributes::default());
    HELPER.read(ctxt, &input.attrs, |key, input| match key.to_string().as_str() {
        "crate" => factum.fill(key, Factum::parse(key, input)),
        "category" | "id" => Err(syn::Error::new(
            key.span(),
            format!(
                "a decider has no streams of its own, so it has no `{key}`; remove it, or derive `Aggregate` for state \
                 that is the history of one stream"
            ),
        )),
        _ => events.take(ctxt, key, input).unwrap_or_else(|| Err(HELPER.unknown(key))),
    });
    let factum = factum.into_value().unwrap_or_default();
    let (events, definition) = events.resolve(ctxt, input);
    if !owned || is_struct.is_none() {
        return definition;
    }
    let code = implementations(input, &implementation(input, &factum, &events));
    quote_spanned!(Span::mixed_site()=> #definition #code)
}

/// `impl Decider`, and what makes a generated enum one of events.
pub(crate) fn implementation(input: &DeriveInput, factum: &Factum, events: &Events) -> TokenStream {
    let (ident, site) = (&input.ident, Span::mixed_site());
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let (event, implementations) = (events.ty(), events.implementations(factum));
    let apply = enumeration::apply(
        events,
        factum,
        &quote_spanned!(site=> Self),
        &quote_spanned!(site=> self),
        &quote_spanned!(site=> __event),
    );
    quote_spanned! {site=>
        #implementations
        #[automatically_derived]
        impl #impl_generics #factum::Decider for #ident #ty_generics #where_clause {
            type Event = #event;

            fn fold(&mut self, __event: &#event) {
                #apply
            }
        }
    }
}
