//! `#[derive(Aggregate)]`.

mod attributes;
#[cfg(test)]
mod tests;

use self::attributes::Attributes;
use crate::{
    ctxt::Ctxt,
    enumeration::{self, Events},
    shape,
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::{DeriveInput, spanned::Spanned as _};

pub(crate) fn expand(ctxt: &Ctxt, input: &DeriveInput) -> TokenStream {
    let concrete = shape::is_concrete(
        ctxt,
        input,
        "its streams have one category and one kind of id; write a struct for each",
    );
    let is_struct = shape::fields(
        ctxt,
        input,
        "Aggregate",
        "keep the alternatives in a field: `struct Account { status: Status }`",
    );
    let attributes = Attributes::read(ctxt, input);
    let (events, definition) = attributes.events.resolve(ctxt, input);
    if !concrete || is_struct.is_none() {
        return definition;
    }

    let (factum, ident, site) = (&attributes.factum, &input.ident, Span::mixed_site());
    let event = match &events {
        Events::Listed(enumeration) => enumeration.ident.to_token_stream(),
        Events::Written(path) => path.to_token_stream(),
    };
    let implementations = match &events {
        Events::Listed(enumeration) => enumeration.implementations(factum),
        Events::Written(_) => TokenStream::new(),
    };
    let apply = enumeration::apply(
        &events,
        factum,
        &quote_spanned!(site=> Self),
        &quote_spanned!(site=> self),
        &quote_spanned!(site=> __event),
    );
    let aggregate = attributes.id.map(|id| {
        let category = &attributes.category;
        let aggregate_id = (!attributes.shares_id).then(|| {
            quote_spanned! {id.span().resolved_at(site)=>
                #[automatically_derived]
                impl #factum::AggregateId for #id {
                    type Aggregate = #ident;
                }
            }
        });
        quote_spanned! {site=>
            #[automatically_derived]
            impl #factum::Aggregate for #ident {
                const CATEGORY: &'static ::core::primitive::str = #category;
                type Id = #id;
            }
            #aggregate_id
        }
    });
    quote_spanned! {site=>
        #definition
        const _: () = {
            #implementations
            #[automatically_derived]
            impl #factum::Decider for #ident {
                type Event = #event;

                fn fold(&mut self, __event: &#event) {
                    #apply
                }
            }
            #aggregate
        };
    }
}
