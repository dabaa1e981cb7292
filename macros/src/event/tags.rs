use crate::{
    attributes::{Factum, Helper, Slot, flag, value},
    ctxt::Ctxt,
    name, shape,
};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{
    Field, Fields, Ident, LitStr, Member, Token, ext::IdentExt as _, parse::ParseStream,
    spanned::Spanned as _,
};

const HELPER: Helper = Helper { name: "event", on: "a field", keys: &["tag", "tag = \"…\""] };

/// `Event::tags`; nothing if no field is one, since the trait has that as its default.
pub(super) fn expand(ctxt: &Ctxt, factum: &Factum, fields: &Fields) -> TokenStream {
    let tags: Vec<TokenStream> = fields
        .iter()
        .zip(fields.members())
        .filter_map(|(field, member)| {
            let name = read(ctxt, field, &member)?;
            Some(push(factum, field, &member, &name))
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

fn read(ctxt: &Ctxt, field: &Field, member: &Member) -> Option<String> {
    let mut tag = Slot::default();
    HELPER.read(ctxt, &field.attrs, |key, input| {
        if key == "tag" { tag.fill(key, tag_name(key, input, member)) } else { Err(HELPER.unknown(key)) }
    });
    tag.into_value()
}

fn tag_name(key: &Ident, input: ParseStream<'_>, member: &Member) -> syn::Result<String> {
    if input.peek(Token![=]) {
        return value::<LitStr>(key, input, "tag = \"branch\"").and_then(|name| name::tag(&name));
    }
    flag(key, input)?;
    match member {
        Member::Named(field) => Ok(field.unraw().to_string()),
        Member::Unnamed(_) => Err(syn::Error::new(
            key.span(),
            "this field has no name to call the tag by: write `tag = \"branch\"`",
        )),
    }
}

fn push(factum: &Factum, field: &Field, member: &Member, name: &str) -> TokenStream {
    let site = field.ty.span().resolved_at(Span::mixed_site());
    let is_option = shape::last_name(&field.ty).is_some_and(|name| name == "Option");
    if is_option {
        quote_spanned! {site=>
            if let #factum::Some(__value) = &self.#member {
                #factum::Vec::push(&mut __tags, #factum::Tag::of(#name, __value)?);
            }
        }
    } else {
        quote_spanned!(site=> #factum::Vec::push(&mut __tags, #factum::Tag::of(#name, &self.#member)?);)
    }
}
