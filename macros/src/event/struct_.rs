use super::{attributes::Attributes, decode, tags};
use crate::ctxt::Ctxt;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::{DeriveInput, Fields};

pub(super) fn expand(ctxt: &Ctxt, input: &DeriveInput, fields: &Fields) -> TokenStream {
    let attributes = Attributes::read(ctxt, input);
    let Attributes { factum, name, version, codec, .. } = &attributes;
    let site = Span::mixed_site();
    let codec = match codec {
        Some(codec) => codec.to_token_stream(),
        None => quote_spanned!(site=> #factum::Json),
    };
    let tags = tags::expand(ctxt, factum, fields);
    let decode = decode::expand(&attributes, &codec);
    let ident = &input.ident;
    quote_spanned! {site=>
        const _: () = {
            #[automatically_derived]
            impl #factum::Event for #ident {
                const TYPE: &'static ::core::primitive::str = #name;
                const VERSION: ::core::primitive::u32 = #version;
                type Codec = #codec;
                #tags
                #decode
            }
        };
    }
}
