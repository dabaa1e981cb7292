use super::attributes::Document;
use crate::{
    attributes::Factum,
    enumeration::{self, Events},
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::DeriveInput;

/// `impl View`: a document for each stream.
pub(super) fn expand(
    input: &DeriveInput,
    factum: &Factum,
    events: &Events,
    event: &TokenStream,
    document: &Document,
) -> TokenStream {
    let (ident, site) = (&input.ident, Span::mixed_site());
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let Document { key, document } = document;
    let key = match key {
        Some(key) => key.to_token_stream(),
        None => quote_spanned!(site=> #factum::String),
    };
    let fold = enumeration::apply(
        events,
        factum,
        &document.to_token_stream(),
        &quote_spanned!(site=> __document),
        &quote_spanned!(site=> &__recorded.event),
    );
    quote_spanned! {site=>
        #[automatically_derived]
        impl #impl_generics #factum::View for #ident #ty_generics #where_clause {
            type Key = #key;
            type Document = #document;

            fn keys(&self, __recorded: &#factum::Recorded<#event>) -> #factum::Keys<#key> {
                #factum::Keys::of_stream(__recorded)
            }

            fn fold(&self, _: &#key, __document: &mut #document, __recorded: &#factum::Recorded<#event>) {
                #fold
            }
        }
    }
}
