use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Attribute, Data, DeriveInput};

/// The attributes about lints that the user's item has: what is generated for it is held to the same.
pub(crate) fn lints(input: &DeriveInput) -> TokenStream {
    let lints = input.attrs.iter().filter_map(|attribute| {
        if ["allow", "warn", "deny", "forbid"].iter().any(|level| attribute.path().is_ident(level)) {
            return Some(quote_spanned!(Span::mixed_site()=> #attribute));
        }
        // Whether the expectation is met, the user's own item tells.
        let lints =
            attribute.path().is_ident("expect").then(|| attribute.meta.require_list().ok()).flatten()?;
        let lints = &lints.tokens;
        Some(quote_spanned!(Span::mixed_site()=> #[allow(#lints)]))
    });
    // Whoever uses a deprecated item is told; that it has implementations is no use of it.
    let deprecated = is_deprecated(input).then(|| quote_spanned!(Span::mixed_site()=> #[allow(deprecated)]));
    quote_spanned!(Span::mixed_site()=> #(#lints)* #deprecated)
}

fn is_deprecated(input: &DeriveInput) -> bool {
    let marked =
        |attributes: &[Attribute]| attributes.iter().any(|attribute| attribute.path().is_ident("deprecated"));
    marked(&input.attrs)
        || match &input.data {
            Data::Struct(data) => data.fields.iter().any(|field| marked(&field.attrs)),
            Data::Enum(data) => data.variants.iter().any(|variant| marked(&variant.attrs)),
            Data::Union(_) => false,
        }
}

/// The implementations for an item, where their names meet nobody else's.
pub(crate) fn implementations(input: &DeriveInput, code: &TokenStream) -> TokenStream {
    let lints = lints(input);
    quote_spanned! {Span::mixed_site()=>
        #lints
        const _: () = {
            #code
        };
    }
}
