//! `#[derive(Projection)]`.

mod attributes;
#[cfg(test)]
mod tests;
mod view;

use self::attributes::Attributes;
use crate::{attributes::Factum, ctxt::Ctxt, enumeration::Events, shape};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::DeriveInput;

pub(crate) fn expand(ctxt: &Ctxt, input: &DeriveInput) -> TokenStream {
    let concrete =
        shape::is_concrete(ctxt, input, "one name stands for one read model; write a struct for each");
    let is_struct = shape::fields(ctxt, input, "Projection", "write `struct Balances;`");
    let Attributes { factum, name, version, categories, document, events } = Attributes::read(ctxt, input);
    let (events, definition) = events.resolve(ctxt, input);
    if !concrete || is_struct.is_none() {
        return definition;
    }

    let ident = &input.ident;
    let (event, implementations) = match &events {
        Events::Listed(enumeration) => {
            (enumeration.ident.to_token_stream(), enumeration.implementations(&factum))
        }
        Events::Written(path) => (path.to_token_stream(), TokenStream::new()),
    };
    let query = query(&factum, &categories);
    let view = document.map(|document| view::expand(input, &factum, &events, &event, &document));
    quote_spanned! {Span::mixed_site()=>
        #definition
        const _: () = {
            #implementations
            #[automatically_derived]
            impl #factum::Projection for #ident {
                type Event = #event;
                const NAME: &'static ::core::primitive::str = #name;
                const VERSION: ::core::primitive::u32 = #version;
                #query
            }
            #view
        };
    }
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
