//! `#[derive(Projection)]`.

mod attributes;
#[cfg(test)]
mod tests;
mod view;

use self::attributes::Attributes;
use crate::{
    attributes::{Factum, implementations},
    ctxt::Ctxt,
    generics, shape,
};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{DeriveInput, Generics, parse_quote_spanned};

pub(crate) fn expand(ctxt: &Ctxt, input: &DeriveInput) -> TokenStream {
    let owned = shape::is_owned(ctxt, input);
    let is_struct = shape::fields(ctxt, input, "Projection", "write `struct Balances;`");
    let Attributes { factum, name, version, categories, document, events } = Attributes::read(ctxt, input);
    let (events, definition) = events.resolve(ctxt, input);
    if !owned || is_struct.is_none() {
        return definition;
    }

    let (ident, site) = (&input.ident, Span::mixed_site());
    let generics = bounded(&input.generics, &factum);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let (event, of_events) = (events.ty(), events.implementations(&factum));
    let query = query(&factum, &categories);
    let view = document.map(|document| view::expand(input, &generics, &factum, &events, &event, &document));
    let code = quote_spanned! {site=>
        #of_events
        #[automatically_derived]
        impl #impl_generics #factum::Projection for #ident #ty_generics #where_clause {
            type Event = #event;
            const NAME: &'static ::core::primitive::str = #name;
            const VERSION: ::core::primitive::u32 = #version;
            #query
        }
        #view
    };
    let code = implementations(input, &code);
    quote_spanned!(site=> #definition #code)
}

/// An instance is a projection if it can run beside the app, so the struct needs no bounds for that.
fn bounded(generics: &Generics, factum: &Factum) -> Generics {
    if !generics::is_generic(generics) {
        return generics.clone();
    }
    let sent = parse_quote_spanned!(Span::mixed_site()=> Self: #factum::Send + #factum::Sync + 'static);
    generics::bounded(generics, generics::lasting(generics).chain([sent]))
}

/// `Projection::query`, where categories narrow it.
fn query(factum: &Factum, categories: &[String]) -> Option<TokenStream> {
    let site = Span::mixed_site();
    let query = quote_spanned! {site=>
        fn query(&self) -> #factum::Query {
            #factum::Query::from(
                #factum::QueryItem::types(<<Self as #factum::Projection>::Event as #factum::EventEnum>::types())
                    #(.category(#factum::Result::expect(#factum::Category::new(#categories), "checked while compiling")))*
            )
        }
    };
    (!categories.is_empty()).then_some(query)
}
