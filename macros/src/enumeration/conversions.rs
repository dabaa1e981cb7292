use super::{Enumeration, Variant};
use crate::attributes::Factum;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// `From` each event, and `TryFrom` back to it.
pub(super) fn expand(enumeration: &Enumeration, factum: &Factum) -> TokenStream {
    let (ident, ty) = (&enumeration.ident, enumeration.ty());
    let (impl_generics, _, where_clause) = enumeration.generics.split_for_impl();
    let is_single = enumeration.variants.len() == 1 && enumeration.rest().is_none();
    // The conditions may leave one.
    let single = enumeration
        .is_conditional()
        .then(|| quote_spanned!(Span::mixed_site()=> #[allow(unreachable_patterns)]));
    enumeration
        .variants
        .iter()
        .map(|variant| {
            let Variant { name, payload, conditions } = variant;
            let site = variant.site();
            let other =
                (!is_single).then(|| quote_spanned!(site=> #single __other => #factum::Err(__other),));
            quote_spanned! {site=>
                #(#conditions)*
                #[automatically_derived]
                impl #impl_generics #factum::From<#payload> for #ty #where_clause {
                    fn from(__event: #payload) -> Self {
                        Self::#name(__event)
                    }
                }

                #(#conditions)*
                #[automatically_derived]
                impl #impl_generics #factum::TryFrom<#ty> for #payload #where_clause {
                    type Error = #ty;

                    fn try_from(__event: #ty) -> #factum::Result<Self, #ty> {
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
