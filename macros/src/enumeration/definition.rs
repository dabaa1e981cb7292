use super::{Enumeration, Variant};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Ident, Path, Visibility};

impl Enumeration {
    /// The enum itself: the events of `owner`, as visible as it is.
    pub(super) fn definition(&self, owner: &Ident, visibility: &Visibility, derives: &[Path]) -> TokenStream {
        let name = &self.ident;
        let doc = format!("The events of `{owner}`.");
        let variants = self.variants.iter().map(|Variant { name, payload }| {
            let doc = format!("The event `{name}`.");
            quote_spanned! {Span::mixed_site()=>
                #[doc = #doc]
                #name(#payload)
            }
        });
        let derives =
            (!derives.is_empty()).then(|| quote_spanned!(Span::mixed_site()=> #[derive(#(#derives),*)]));
        quote_spanned! {Span::mixed_site()=>
            #[doc = #doc]
            // Its shape follows from the list of events, and is nothing that the user could act upon.
            #[allow(missing_debug_implementations, clippy::enum_variant_names, clippy::large_enum_variant)]
            #derives
            #visibility enum #name {
                #(#variants),*
            }
        }
    }
}
