use crate::{
    attributes::{Factum, Helper, Slot, implementations},
    ctxt::Ctxt,
    enumeration::{Enumeration, Variant},
};
use proc_macro2::TokenStream;
use syn::{DataEnum, DeriveInput, Fields, Type};

const ON_ENUM: Helper = Helper { name: "event", on: "an enum", keys: &["crate = \"…\""] };
const ON_VARIANT: Helper = Helper { name: "event", on: "a variant", keys: &[] };
const ON_FIELD: Helper = Helper { name: "event", on: "a field of a variant", keys: &[] };

pub(super) fn expand(ctxt: &Ctxt, input: &DeriveInput, data: &DataEnum) -> TokenStream {
    let mut factum = Slot::default();
    ON_ENUM.read(ctxt, &input.attrs, |key, input| match key.to_string().as_str() {
        "crate" => factum.fill(key, Factum::parse(key, input)),
        _ => Err(ON_ENUM.unknown(key)),
    });
    let factum = factum.into_value().unwrap_or_default();
    if data.variants.is_empty() {
        ctxt.error(&input.ident, "an enum of events has at least one: `Opened(Opened)`");
    }

    let mut enumeration = Enumeration::new(input.ident.clone(), input.generics.clone());
    for variant in &data.variants {
        ON_VARIANT.read(ctxt, &variant.attrs, |key, _| Err(ON_VARIANT.unknown(key)));
        for field in &variant.fields {
            ON_FIELD.read(ctxt, &field.attrs, |key, _| Err(ON_FIELD.unknown(key)));
        }
        match payload(ctxt, variant) {
            Some(payload) => {
                enumeration.push(
                    ctxt,
                    Variant { name: variant.ident.clone(), payload: payload.clone(), conditions: Vec::new() },
                );
            }
            None => enumeration.refuse(),
        }
    }
    implementations(input, &enumeration.implementations(&factum))
}

fn payload<'a>(ctxt: &Ctxt, variant: &'a syn::Variant) -> Option<&'a Type> {
    if let Fields::Unnamed(fields) = &variant.fields
        && fields.unnamed.len() == 1
    {
        return fields.unnamed.first().map(|field| &field.ty);
    }
    let name = &variant.ident;
    let message = match variant.fields {
        Fields::Unit => format!(
            "a variant holds one event: derive `Event` on `struct {name};`, and write `{name}({name})` here"
        ),
        _ => format!(
            "a variant holds one event: move these fields to a `struct {name}` that derives `Event`, and write \
             `{name}({name})` here"
        ),
    };
    ctxt.error(variant, message);
    None
}
