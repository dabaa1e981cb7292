use super::attributes::Document;
use crate::{
    attributes::Factum,
    enumeration::{self, Events},
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{DeriveInput, Generics, spanned::Spanned as _};

/// `impl View`: a document for each stream.
pub(super) fn expand(
    input: &DeriveInput,
    generics: &Generics,
    factum: &Factum,
    events: &Events,
    event: &TokenStream,
    document: &Document,
) -> TokenStream {
    let (ident, site) = (&input.ident, Span::mixed_site());
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let Document { key, document } = document;
    let document = document.as_ref().map_or_else(|| quote!(#ident #ty_generics), ToTokens::to_token_stream);
    let (key, of_stream) = match key {
        Some(key) => (key.to_token_stream(), key.span().resolved_at(site)),
        None => (quote_spanned!(site=> #factum::String), site),
    };
    let of_factum = &factum.at(of_stream);
    let of_stream = quote_spanned!(of_stream=> #of_factum::key_of_stream::<#key, _>(__recorded));
    let fold = enumeration::apply(
        events,
        factum,
        &document,
        &quote_spanned!(site=> __document),
        &quote_spanned!(site=> &__recorded.event),
    );
    quote_spanned! {site=>
        #[automatically_derived]
        impl #impl_generics #factum::View for #ident #ty_generics #where_clause {
            type Key = #key;
            type Document = #document;

            const KEYS_OF_STREAM: ::core::primitive::bool = true;

            fn keys(&self, __recorded: &#factum::Recorded<#event>) -> #factum::Keys<#key> {
                #of_stream
            }

            fn fold(&self, _: &#key, __document: &mut #document, __recorded: &#factum::Recorded<#event>) {
                #fold
            }
        }
    }
}
