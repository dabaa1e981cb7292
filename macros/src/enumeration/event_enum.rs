use super::{Enumeration, Variant, names};
use crate::{attributes::Factum, generics};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Generics, WherePredicate, parse_quote_spanned};

/// `impl EventEnum`.
///
/// Each function asks for `Event` in the same words, and before it uses anything that is bound by it: then the
/// compiler takes the errors about a type that is no event for one and the same.
pub(super) fn expand(enumeration: &Enumeration, factum: &Factum) -> TokenStream {
    let (ty, rest) = (enumeration.ty(), enumeration.rest());
    let generics = bounded(enumeration, factum);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let distinct_names = names::of_each_instance(enumeration, factum);
    let descriptors = enumeration.variants.iter().map(|variant| {
        let Variant { payload, conditions, .. } = variant;
        quote_spanned!(variant.site()=> #(#conditions)* {
            let _ = <#payload as #factum::Event>::TYPE;
            #factum::EventDescriptor::of::<#payload>()
        })
    });
    let encode = enumeration.variants.iter().map(|variant| {
        let Variant { name, payload, conditions } = variant;
        quote_spanned!(variant.site()=> #(#conditions)* Self::#name(__event) => {
            let _ = <#payload as #factum::Event>::TYPE;
            #factum::Encoded::of::<#payload>(__event)
        })
    });
    let decode = enumeration.variants.iter().map(|variant| {
        let Variant { name, payload, conditions } = variant;
        quote_spanned! {variant.site()=>
            #(#conditions)*
            __type if __type == <#payload as #factum::Event>::TYPE => match <#payload as #factum::Event>::decode(
                __recorded.type_version,
                &__recorded.payload,
            ) {
                #factum::Ok(__event) => #factum::Ok(Self::#name(__event)),
                #factum::Err(__error) => #factum::Err(#factum::DecodeError::payload(__recorded, __error)),
            },
        }
    });
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #impl_generics #factum::EventEnum for #ty #where_clause {
            const TYPES: &'static [#factum::EventDescriptor] = &[#(#descriptors),*];

            fn encode(&self) -> #factum::Result<#factum::Encoded, #factum::CodecError> {
                match self {
                    #(#encode)*
                    #rest
                }
            }

            fn decode(__recorded: &#factum::RecordedEvent) -> #factum::Result<Self, #factum::DecodeError> {
                #distinct_names
                match __recorded.event_type.as_str() {
                    #(#decode)*
                    _ => #factum::Err(#factum::DecodeError::unknown_type(__recorded)),
                }
            }
        }
    }
}

/// An instance is an enum of events if what it holds are events.
fn bounded(enumeration: &Enumeration, factum: &Factum) -> Generics {
    let generics = &enumeration.generics;
    let events = enumeration.variants.iter().filter(|variant| variant.is_generic(generics)).map(|variant| {
        let payload = &variant.payload;
        let bound: WherePredicate = parse_quote_spanned!(variant.site()=> #payload: #factum::Event);
        bound
    });
    // Of one that is missing here, this is known too.
    let sent = enumeration
        .refused
        .then(|| parse_quote_spanned!(Span::mixed_site()=> Self: #factum::Send + #factum::Sync));
    let sent = sent.filter(|_| generics::is_generic(generics));
    generics::bounded(generics, generics::lasting(generics).chain(events).chain(sent))
}
