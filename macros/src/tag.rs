//! Fields whose value is a tag: on events, and on commands that are decided over tags.

use crate::{
    attributes::{Factum, flag, value},
    name, shape,
};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{
    Ident, LitStr, Member, Token, Type, ext::IdentExt as _, parse::ParseStream, spanned::Spanned as _,
};

/// A field marked as `tag`.
pub(crate) struct Tagged {
    /// What the tag is called.
    pub(crate) name: String,
    pub(crate) member: Member,
    pub(crate) ty: Type,
}

/// How many tags a field gives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    One,
    /// One, or none for `None`.
    Optional,
    /// One for each element.
    Many,
}

/// Reads what stands behind the key `tag`: the name, or nothing for that of the field.
pub(crate) fn name(key: &Ident, input: ParseStream<'_>, member: &Member) -> syn::Result<String> {
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

impl Tagged {
    /// The type is known by its name only; an alias of `Option` is not recognised.
    pub(crate) fn count(&self) -> Count {
        match shape::last_name(&self.ty).as_deref() {
            Some("Option") => Count::Optional,
            Some("Vec" | "BTreeSet") => Count::Many,
            _ => Count::One,
        }
    }

    /// The statement that adds its tags to `__tags`.
    pub(crate) fn push(&self, factum: &Factum) -> TokenStream {
        let Self { name, member, .. } = self;
        let site = self.site();
        let factum = &factum.at(site);
        let one = |value: TokenStream| quote_spanned!(site=> #factum::Vec::push(&mut __tags, #factum::tag(#name, #value)?););
        match self.count() {
            Count::One => one(quote_spanned!(site=> &self.#member)),
            Count::Optional => {
                let one = one(quote_spanned!(site=> __value));
                quote_spanned! {site=>
                    if let #factum::Some(__value) = &self.#member {
                        #one
                    }
                }
            }
            Count::Many => {
                let one = one(quote_spanned!(site=> __value));
                quote_spanned! {site=>
                    for __value in &self.#member {
                        #one
                    }
                }
            }
        }
    }

    /// Where an error about its type is shown.
    pub(crate) fn site(&self) -> Span {
        self.ty.span().resolved_at(Span::mixed_site())
    }
}
