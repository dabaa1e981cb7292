//! `#[derive(Aggregate)]`.

mod attributes;
#[cfg(test)]
mod tests;

use self::attributes::Attributes;
use crate::{attributes::implementations, ctxt::Ctxt, decider, shape};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{DeriveInput, spanned::Spanned as _};

pub(crate) fn expand(ctxt: &Ctxt, input: &DeriveInput) -> TokenStream {
    let owned = shape::is_owned(ctxt, input);
    let is_struct = shape::fields(
        ctxt,
        input,
        "Aggregate",
        "keep the alternatives in a field: `struct Account { status: Status }`",
    );
    let attributes = Attributes::read(ctxt, input);
    let (events, definition) = attributes.events.resolve(ctxt, input);
    if !owned || is_struct.is_none() {
        return definition;
    }

    let (factum, ident, site) = (&attributes.factum, &input.ident, Span::mixed_site());
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let aggregate = attributes.id.map(|id| {
        let category = &attributes.category;
        let aggregate_id = (!attributes.shares_id).then(|| {
            quote_spanned! {id.span().resolved_at(site)=>
                #[automatically_derived]
                impl #impl_generics #factum::AggregateId for #id #where_clause {
                    type Aggregate = #ident #ty_generics;
                }
            }
        });
        quote_spanned! {site=>
            #[automatically_derived]
            impl #impl_generics #factum::Aggregate for #ident #ty_generics #where_clause {
                const CATEGORY: &'static ::core::primitive::str = #category;
                type Id = #id;
            }
            #aggregate_id
        }
    });
    let decider = decider::implementation(input, factum, &events);
    let code = implementations(input, &quote_spanned!(site=> #decider #aggregate));
    quote_spanned!(site=> #definition #code)
}
