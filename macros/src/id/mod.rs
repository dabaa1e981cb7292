//! `#[derive(Id)]`.

#[cfg(test)]
mod tests;

use crate::{
    attributes::{Factum, Helper, Slot},
    ctxt::Ctxt,
    shape,
};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Data, DeriveInput, Fields, Type, spanned::Spanned as _};

const HELPER: Helper = Helper { name: "id", on: "a struct", keys: &["crate = \"…\""] };
const ON_FIELD: Helper = Helper { name: "id", on: "a field", keys: &[] };

pub(crate) fn expand(ctxt: &Ctxt, input: &DeriveInput) -> TokenStream {
    let mut factum = Slot::default();
    HELPER.read(ctxt, &input.attrs, |key, input| match key.to_string().as_str() {
        "crate" => factum.fill(key, Factum::parse(key, input)),
        _ => Err(HELPER.unknown(key)),
    });
    let factum = factum.into_value().unwrap_or_default();
    let concrete =
        shape::is_concrete(ctxt, input, "an id is a newtype of one concrete type; write a struct for each");
    match (inner(ctxt, input), concrete) {
        (Some(inner), true) => implementations(input, &factum, inner),
        (None, true) => placeholder(input, &factum),
        (_, false) => TokenStream::new(),
    }
}

fn inner<'a>(ctxt: &Ctxt, input: &'a DeriveInput) -> Option<&'a Type> {
    if let Data::Struct(data) = &input.data {
        for field in &data.fields {
            ON_FIELD.read(ctxt, &field.attrs, |key, _| Err(ON_FIELD.unknown(key)));
        }
        if let Fields::Unnamed(fields) = &data.fields
            && fields.unnamed.len() == 1
        {
            return fields.unnamed.first().map(|field| &field.ty);
        }
    }
    let ident = &input.ident;
    ctxt.error(ident, format!("an id is a struct around one value: write `struct {ident}(String);`"));
    None
}

/// What an aggregate asks of its id, lest the aggregate be blamed too.
fn placeholder(input: &DeriveInput, factum: &Factum) -> TokenStream {
    let ident = &input.ident;
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #factum::Display for #ident {
            fn fmt(&self, _: &mut #factum::Formatter<'_>) -> #factum::FmtResult {
                ::core::unreachable!()
            }
        }
    }
}

fn implementations(input: &DeriveInput, factum: &Factum, inner: &Type) -> TokenStream {
    let ident = &input.ident;
    // What the inner type lacks is shown at the inner type.
    let site = inner.span().resolved_at(Span::mixed_site());
    let from_str_slice = (shape::last_name(inner).as_deref() == Some("String")).then(|| {
        quote_spanned! {site=>
            #[automatically_derived]
            impl #factum::From<&::core::primitive::str> for #ident {
                fn from(__text: &::core::primitive::str) -> Self {
                    Self(<#inner as #factum::From<&::core::primitive::str>>::from(__text))
                }
            }
        }
    });
    quote_spanned! {site=>
        const _: () = {
            #[automatically_derived]
            impl #factum::Display for #ident {
                fn fmt(&self, __formatter: &mut #factum::Formatter<'_>) -> #factum::FmtResult {
                    <#inner as #factum::Display>::fmt(&self.0, __formatter)
                }
            }

            #[automatically_derived]
            impl #factum::FromStr for #ident {
                type Err = <#inner as #factum::FromStr>::Err;

                fn from_str(__text: &::core::primitive::str) -> #factum::Result<Self, <#inner as #factum::FromStr>::Err> {
                    #factum::Result::map(<#inner as #factum::FromStr>::from_str(__text), Self)
                }
            }

            #[automatically_derived]
            impl #factum::From<#inner> for #ident {
                fn from(__inner: #inner) -> Self {
                    Self(__inner)
                }
            }

            #[automatically_derived]
            impl ::core::convert::AsRef<#inner> for #ident {
                fn as_ref(&self) -> &#inner {
                    &self.0
                }
            }
            #from_str_slice
        };
    }
}
