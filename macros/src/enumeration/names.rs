use super::Enumeration;
use crate::{attributes::Factum, generics};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// Refuses, while compiling, an event that is stored under the name of an earlier one: which of the two is meant
/// could not be told when reading. The names are constants of other types, so only a constant can compare them.
///
/// ```compile_fail,E0080
/// # extern crate factum_core as factum;
/// use factum_macros::Event;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Serialize, Deserialize)]
/// struct Opened;
///
/// #[derive(Event, Serialize, Deserialize)]
/// #[event(name = "Opened")] // Without this line it compiles.
/// struct Closed;
///
/// #[derive(Event)]
/// enum DoorEvent {
///     Opened(Opened),
///     Closed(Closed),
/// }
/// ```
pub(super) fn expand(enumeration: &Enumeration, factum: &Factum) -> TokenStream {
    if generics::is_generic(&enumeration.generics) {
        return TokenStream::new();
    }
    if enumeration.is_conditional() {
        // Which place each has in the list, is not known here.
        let ty = &enumeration.ident;
        let distinct = of_all(enumeration, factum, &quote_spanned!(Span::mixed_site()=> #ty));
        return quote_spanned!(Span::mixed_site()=> const _: () = #distinct;);
    }
    let ident = &enumeration.ident;
    enumeration
        .variants
        .iter()
        .enumerate()
        .skip(1)
        .map(|(index, variant)| {
            let message = format!(
                "the event `{}` is stored under the same name as an earlier event of `{ident}`; give it another with \
                 `#[event(name = \"…\")]` on its struct",
                variant.name
            );
            // A panic of a constant is shown where its macro is called, and that has to be at the user's own token.
            let is_distinct = quote_spanned!(variant.site()=> !#factum::EventDescriptor::clash(&__pair));
            let assertion = quote_spanned!(variant.name.span()=> ::core::assert!(#is_distinct, #message););
            quote_spanned! {variant.site()=>
                const _: () = {
                    let __types = <#ident as #factum::EventEnum>::TYPES;
                    let mut __earlier = 0;
                    while __earlier < #index {
                        let __pair = [__types[__earlier], __types[#index]];
                        #assertion
                        __earlier += 1;
                    }
                };
            }
        })
        .collect()
}

/// The same for an enum with parameters, in each instance that is ever read: a constant beside the enum cannot name
/// them.
///
/// ```compile_fail,E0080
/// # extern crate factum_core as factum;
/// # use factum::EventEnum as _;
/// use factum_macros::Event;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Serialize, Deserialize)]
/// #[event(name = "opened")]
/// struct Opened<const N: u8>;
///
/// #[derive(Event, Serialize, Deserialize)]
/// #[event(name = "opened")]
/// struct Reopened<const N: u8>;
///
/// #[derive(Event)]
/// enum DoorEvent<const N: u8> {
///     Opened(Opened<N>),
///     Reopened(Reopened<N>),
/// }
///
/// let _: fn(&factum::RecordedEvent) -> _ = DoorEvent::<1>::decode; // Without this line it compiles.
/// ```
pub(super) fn of_each_instance(enumeration: &Enumeration, factum: &Factum) -> TokenStream {
    if !generics::is_generic(&enumeration.generics) {
        return TokenStream::new();
    }
    let distinct = of_all(enumeration, factum, &quote_spanned!(Span::mixed_site()=> Self));
    quote_spanned!(Span::mixed_site()=> const { #distinct };)
}

/// The assertion for the whole enum, shown at its name.
fn of_all(enumeration: &Enumeration, factum: &Factum, ty: &TokenStream) -> TokenStream {
    let ident = &enumeration.ident;
    let message = format!(
        "two events of `{ident}` are stored under the same name; give one another with `#[event(name = …)]` on its struct"
    );
    let types = quote_spanned!(Span::mixed_site()=> <#ty as #factum::EventEnum>::TYPES);
    let is_distinct = quote_spanned!(Span::mixed_site()=> !#factum::EventDescriptor::clash(#types));
    quote_spanned!(ident.span()=> ::core::assert!(#is_distinct, #message))
}
