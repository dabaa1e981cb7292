use super::{Enumeration, Variant};
use crate::attributes::lints;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::{DeriveInput, Path, Type, ext::IdentExt as _};

impl Enumeration {
    /// The enum itself: the events of `owner`, as visible as it is.
    pub(super) fn definition(&self, owner: &DeriveInput, derives: &[Path]) -> TokenStream {
        let (name, generics, visibility) = (&self.ident, &self.generics, &owner.vis);
        let where_clause = &generics.where_clause;
        let doc = format!("The events of {}.", link(owner));
        let lints = lints(owner);
        let variants = self.variants.iter().map(|Variant { name, payload, conditions }| {
            let doc = format!("The event `{}`.", printed(payload));
            quote_spanned! {Span::mixed_site()=>
                #(#conditions)*
                #[doc = #doc]
                #name(#payload)
            }
        });
        let derives =
            (!derives.is_empty()).then(|| quote_spanned!(Span::mixed_site()=> #[derive(#(#derives),*)]));
        quote_spanned! {Span::mixed_site()=>
            #[doc = #doc]
            // Its shape follows from the list of events, and is nothing that the user could act upon.
            #[allow(
                missing_copy_implementations,
                missing_debug_implementations,
                clippy::enum_variant_names,
                clippy::exhaustive_enums,
                clippy::large_enum_variant
            )]
            #lints
            #derives
            #visibility enum #name #generics #where_clause {
                #(#variants),*
            }
        }
    }
}

/// A link to the user's struct. One with a raw name cannot be linked to.
fn link(owner: &DeriveInput) -> String {
    let (ident, name) = (&owner.ident, owner.ident.unraw());
    match *ident == name {
        true => format!("[`{name}`](struct@{name})"),
        false => format!("`{name}`"),
    }
}

/// `crate::loan::Opened<C>`, as the user wrote it, with the usual spaces.
fn printed(payload: &Type) -> String {
    payload
        .to_token_stream()
        .to_string()
        .replace(" :: ", "::")
        // A rejection is named as the user knows it.
        .replace(":: ", "::")
        .replace("::factum::__private::", "")
        .replace("r#", "")
        .replace(" < ", "<")
        .replace(" >", ">")
        .replace(" ,", ",")
}
