use crate::{
    attributes::{Factum, Helper, Slot},
    ctxt::Ctxt,
    tag::{self, Tagged},
};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Fields;

const HELPER: Helper = Helper { name: "event", on: "a field", keys: &["tag", "tag = \"…\""] };

/// `Event::tags`; nothing if no field is one, since the trait has that as its default.
pub(super) fn expand(ctxt: &Ctxt, factum: &Factum, fields: &Fields) -> TokenStream {
    let tags: Vec<TokenStream> = fields
        .iter()
        .zip(fields.members())
        .filter_map(|(field, member)| {
            let mut name = Slot::default();
            HELPER.read(ctxt, &field.attrs, |key, input| {
                if key == "tag" {
                    name.fill(key, tag::name(key, input, &member))
                } else {
                    Err(HELPER.unknown(key))
                }
            });
            let tagged = Tagged { name: name.into_value()?, member, ty: field.ty.clone() };
            Some(tagged.push(factum))
        })
        .collect();
    if tags.is_empty() {
        return TokenStream::new();
    }
    quote_spanned! {Span::mixed_site()=>
        fn tags(&self) -> #factum::Result<#factum::Vec<#factum::Tag>, #factum::Invalid> {
            let mut __tags = #factum::Vec::new();
            #(#tags)*
            #factum::Ok(__tags)
        }
    }
}
