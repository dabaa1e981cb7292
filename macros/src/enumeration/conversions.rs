use super::{Enumeration, Variant};
use crate::attributes::Factum;
use proc_macro2::TokenStream;
use quote::quote_spanned;

/// `From` each event, and `TryFrom` back to it.
pub(super) fn expand(enumeration: &Enumeration, factum: &Factum) -> TokenStream {
    let ident = &enumeration.ident;
    let is_single = enumeration.variants.len() == 1 && enumeration.rest().is_none();
    enumeration
        .variants
        .iter()
        .map(|variant| {
            let Variant { name, payload } = variant;
            let site = variant.site();
            let other = (!is_single).then(|| quote_spanned!(site=> __other => #factum::Err(__other),));
            quote_spanned! {site=>
                #[automatically_derived]
                impl #factum::From<#payload> for #ident {
                    fn from(__event: #payload) -> Self {
                        Self::#name(__event)
                    }
                }

                #[automatically_derived]
                impl #factum::TryFrom<#ident> for #payload {
                    type Error = #ident;

                    fn try_from(__event: #ident) -> #factum::Result<Self, #ident> {
                        match __event {
                            #ident::#name(__event) => #factum::Ok(__event),
                            #other
                        }
                    }
                }
            }
        })
        .collect()
}
