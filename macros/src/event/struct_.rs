use super::{attributes::Attributes, decode, tags};
use crate::{
    attributes::{Factum, implementations},
    ctxt::Ctxt,
    generics,
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::{DeriveInput, Fields, Generics, parse_quote_spanned};

pub(super) fn expand(ctxt: &Ctxt, input: &DeriveInput, fields: &Fields) -> TokenStream {
    let attributes = Attributes::read(ctxt, input);
    let Attributes { factum, name, version, topic, codec, .. } = &attributes;
    let site = Span::mixed_site();
    let codec = match codec {
        Some(codec) => codec.to_token_stream(),
        None => quote_spanned!(site=> #factum::Json),
    };
    let topic = topic.as_ref().map(
        |topic| quote_spanned!(site=> const TOPIC: #factum::TopicRule = #factum::TopicRule::new(#topic);),
    );
    let tags = tags::expand(ctxt, factum, fields);
    let decode = decode::expand(&attributes, &codec);
    let ident = &input.ident;
    let generics = bounded(&input.generics, factum, &codec);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let code = quote_spanned! {site=>
        #[automatically_derived]
        impl #impl_generics #factum::Event for #ident #ty_generics #where_clause {
            const TYPE: &'static ::core::primitive::str = #name;
            const VERSION: ::core::primitive::u32 = #version;
            #topic
            type Codec = #codec;
            #tags
            #decode
        }
    };
    implementations(input, &code)
}

/// An instance is an event if it can be stored, as serde's derives ask for it; so the struct needs no bounds for that.
fn bounded(generics: &Generics, factum: &Factum, codec: &TokenStream) -> Generics {
    if !generics::is_generic(generics) {
        return generics.clone();
    }
    let site = Span::mixed_site();
    let storable = [
        parse_quote_spanned!(site=> Self: #factum::Send + #factum::Sync + 'static),
        parse_quote_spanned!(site=> #codec: #factum::Codec<Self>),
    ];
    generics::bounded(generics, generics::lasting(generics).chain(storable))
}
