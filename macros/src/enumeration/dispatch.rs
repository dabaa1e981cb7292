use super::{Enumeration, Events, Variant};
use crate::{attributes::Factum, span::shown_at};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned as _;

/// Hands `event` to the `Apply` of the type `state` for it. Should there be none, the error is shown at the event.
///
/// ```compile_fail,E0277
/// # extern crate factum_core as factum;
/// # use factum_macros::{Aggregate, Event};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Event, Serialize, Deserialize)]
/// # struct Opened;
/// # #[derive(Event, Serialize, Deserialize)]
/// # struct Closed;
/// #[derive(Aggregate, Clone, Default)]
/// #[aggregate(category = "door", id = u64, events(Opened, Closed))] // Without `Closed` it compiles.
/// struct Door;
///
/// impl factum::Apply<Opened> for Door {
///     fn apply(&mut self, _: &Opened) {}
/// }
/// ```
pub(crate) fn apply(
    events: &Events,
    factum: &Factum,
    state: &TokenStream,
    place: &TokenStream,
    event: &TokenStream,
) -> TokenStream {
    match events {
        Events::Listed(enumeration) => to_variants(enumeration, factum, state, place, event),
        Events::Written(path) => {
            let site = path.span().resolved_at(Span::mixed_site());
            let state = shown_at(state.clone(), site);
            quote_spanned!(site=> <#state as #factum::Apply<#path>>::apply(#place, #event))
        }
    }
}

fn to_variants(
    enumeration: &Enumeration,
    factum: &Factum,
    state: &TokenStream,
    place: &TokenStream,
    event: &TokenStream,
) -> TokenStream {
    let (ident, rest) = (&enumeration.ident, enumeration.rest());
    let arms = enumeration.variants.iter().map(|variant| {
        let Variant { name, payload, conditions } = variant;
        let site = variant.site();
        let state = shown_at(state.clone(), site);
        quote_spanned!(site=> #(#conditions)* #ident::#name(__event) => <#state as #factum::Apply<#payload>>::apply(#place, __event),)
    });
    quote_spanned! {Span::mixed_site()=>
        match #event {
            #(#arms)*
            #rest
        }
    }
}

/// Hands `event` to the `React` of the type `process` for it. Should there be none, the error is shown at the event.
pub(crate) fn react(enumeration: &Enumeration, factum: &Factum, process: &TokenStream) -> TokenStream {
    let (ident, rest) = (&enumeration.ident, enumeration.rest());
    let arms = enumeration.variants.iter().map(|variant| {
        let Variant { name, payload, conditions } = variant;
        let site = variant.site();
        let process = shown_at(process.clone(), site);
        quote_spanned!(site=> #(#conditions)* #ident::#name(__event) => <#process as #factum::React<#payload>>::react(self, __event, __next),)
    });
    quote_spanned! {Span::mixed_site()=>
        match __event {
            #(#arms)*
            #rest
        }
    }
}
