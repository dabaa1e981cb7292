//! `#[derive(Id)]`.

mod newtype;
#[cfg(test)]
mod tests;

use self::newtype::Newtype;
use crate::{
    attributes::{Factum, Helper, Slot, implementations},
    ctxt::Ctxt,
    shape,
};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Data, DeriveInput, Field, Fields};

const HELPER: Helper = Helper { name: "id", on: "a struct", keys: &["crate = \"…\""] };
const ON_FIELD: Helper = Helper { name: "id", on: "a field", keys: &[] };

pub(crate) fn expand(ctxt: &Ctxt, input: &DeriveInput) -> TokenStream {
    let mut factum = Slot::default();
    HELPER.read(ctxt, &input.attrs, |key, input| match key.to_string().as_str() {
        "crate" => factum.fill(key, Factum::parse(key, input)),
        _ => Err(HELPER.unknown(key)),
    });
    let factum = factum.into_value().unwrap_or_default();
    let owned = shape::is_owned(ctxt, input);
    let code = match (newtype(ctxt, input), owned) {
        (Some(newtype), true) => newtype.expand(&factum),
        (None, true) => placeholder(input, &factum),
        (_, false) => return TokenStream::new(),
    };
    implementations(input, &code)
}

fn newtype<'a>(ctxt: &Ctxt, input: &'a DeriveInput) -> Option<Newtype<'a>> {
    if let Data::Struct(data) = &input.data {
        for field in &data.fields {
            ON_FIELD.read(ctxt, &field.attrs, |key, _| Err(ON_FIELD.unknown(key)));
        }
        if let Fields::Unnamed(fields) = &data.fields
            && let Some(inner) = fields.unnamed.first()
            && fields.unnamed.iter().skip(1).all(is_phantom)
        {
            return Some(Newtype { input, inner: &inner.ty, phantoms: fields.unnamed.len() - 1 });
        }
    }
    let ident = &input.ident;
    ctxt.error(ident, format!("an id is a struct around one value: write `struct {ident}(String);`"));
    None
}

/// Whether it only uses a parameter: `struct Id<T>(Uuid, PhantomData<T>)`.
fn is_phantom(field: &Field) -> bool {
    shape::last_name(&field.ty).is_some_and(|name| name == "PhantomData")
}

/// What an aggregate asks of its id, lest the aggregate be blamed too.
fn placeholder(input: &DeriveInput, factum: &Factum) -> TokenStream {
    let ident = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #impl_generics #factum::Display for #ident #ty_generics #where_clause {
            fn fmt(&self, _: &mut #factum::Formatter<'_>) -> #factum::FmtResult {
                ::core::unreachable!()
            }
        }
    }
}
