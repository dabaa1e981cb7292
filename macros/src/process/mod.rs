//! `#[derive(ProcessManager)]`.

mod attributes;
mod keys;
#[cfg(test)]
mod tests;

use self::attributes::Attributes;
use crate::{
    attributes::{Factum, Upcast, implementations},
    ctxt::Ctxt,
    enumeration::{self, Enumeration, Events, Variant},
    generics, shape,
};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::{DeriveInput, Path, ext::IdentExt as _, parse_quote_spanned, spanned::Spanned as _};

pub(crate) fn expand(ctxt: &Ctxt, input: &DeriveInput) -> TokenStream {
    let owned = shape::is_owned(ctxt, input);
    let is_struct = shape::fields(
        ctxt,
        input,
        "ProcessManager",
        "keep the alternatives in a field: `struct Order { stage: Stage }`",
    );
    if generics::is_generic(&input.generics) {
        let ident = &input.ident;
        ctxt.error(
            &input.generics,
            format!("`{ident}` is one process, with one name and one kind of state; write a struct for each instance"),
        );
        return TokenStream::new();
    }
    let mut attributes = Attributes::read(ctxt, input);
    let (factum, site) = (attributes.factum.clone(), Span::mixed_site());
    let rejections: Vec<_> = attributes.rejected.iter().map(|command| rejection(&factum, command)).collect();
    let heard = rejections.len();
    let (events, definition) = std::mem::take(&mut attributes.events).resolve_with(ctxt, input, rejections);
    let Events::Listed(enumeration) = events else { return definition };
    keys::check(ctxt, &attributes.keyings, &enumeration);
    let starts = starts(ctxt, &attributes, &enumeration);
    if !owned || is_struct.is_none() {
        return definition;
    }

    let Attributes { name, version, .. } = &attributes;
    let (ident, event) = (&input.ident, enumeration.ty());
    let of_events = enumeration.implementations(&factum);
    let key = attributes.key.clone().unwrap_or_else(|| parse_quote_spanned!(site=> #factum::String));
    let of_stream = attributes.keyings.is_empty();
    let listed = enumeration.variants().len().saturating_sub(heard);
    let keys = keys::expand(&factum, &key, &attributes.keyings, &enumeration, listed);
    let react = enumeration::react(&enumeration, &factum, &quote_spanned!(site=> #ident));
    let commands =
        attributes.commands.iter().map(|command| sendable(&factum, command, attributes.hears(command)));
    let sends = attributes.commands.iter().map(|command| {
        quote_spanned! {at(command)=>
            #[automatically_derived]
            impl #factum::SentBy<#ident> for #command {}
        }
    });
    let events_of = enumeration.variants().iter().map(|variant| {
        let Variant { payload, conditions, .. } = variant;
        quote_spanned! {variant.site()=>
            #(#conditions)*
            #[automatically_derived]
            impl #factum::EventOf<#ident> for #payload {}
        }
    });
    let distinct = distinct(&factum, input);
    let decode = decode(&factum, *version, &attributes.upcasts);
    let code = quote_spanned! {site=>
        #of_events
        #(#sends)*
        #(#events_of)*
        #distinct
        #[automatically_derived]
        impl #factum::ProcessManager for #ident {
            type Key = #key;
            type Event = #event;
            const NAME: &'static ::core::primitive::str = #name;
            const VERSION: ::core::primitive::u32 = #version;
            const COMMANDS: &'static [#factum::Sendable] = &[#(#commands),*];
            const KEYS_OF_STREAM: ::core::primitive::bool = #of_stream;

            fn keys(__recorded: &#factum::Recorded<#event>) -> #factum::Keys<#key> {
                #keys
            }

            #starts

            fn react_to(&mut self, __event: &#event, __next: &mut #factum::Next<'_, Self>) {
                #react
            }

            #decode
        }
    };
    let code = implementations(input, &code);
    quote_spanned!(site=> #definition #code)
}

/// Where an error about a type is shown, with names that cannot meet the user's.
fn at(path: &Path) -> Span {
    let last = path.segments.last().map_or_else(|| path.span(), |segment| segment.ident.span());
    last.resolved_at(Span::mixed_site())
}

/// The event that a command was rejected, as a variant.
fn rejection(factum: &Factum, command: &Path) -> Variant {
    let name = command.segments.last().map_or_else(|| format_ident!("Command"), |last| last.ident.unraw());
    let site = at(command);
    let factum = factum.at(site);
    Variant {
        name: format_ident!("{name}Rejected", span = site),
        payload: parse_quote_spanned!(site=> #factum::Rejected<#command>),
        conditions: Vec::new(),
    }
}

fn sendable(factum: &Factum, command: &Path, hears: bool) -> TokenStream {
    let site = at(command);
    let factum = factum.at(site);
    match hears {
        true => quote_spanned!(site=> #factum::Sendable::heard::<#command>()),
        false => quote_spanned!(site=> #factum::Sendable::of::<#command>()),
    }
}

/// `ProcessManager::starts`, unless any event does.
fn starts(ctxt: &Ctxt, attributes: &Attributes, events: &Enumeration) -> Option<TokenStream> {
    let ident = &events.ident;
    let starts = attributes.starts.as_ref()?;
    let arms: Vec<_> = starts
        .iter()
        .filter_map(|path| {
            let found = events.find(path);
            if found.is_none() {
                keys::no_event(ctxt, path);
            }
            let Variant { name, conditions, .. } = found?;
            Some(quote_spanned!(Span::mixed_site()=> #(#conditions)* #ident::#name(_) => true,))
        })
        .collect();
    Some(quote_spanned! {Span::mixed_site()=>
        fn starts(__event: &#ident) -> ::core::primitive::bool {
            #[allow(unreachable_patterns)]
            match __event {
                #(#arms)*
                _ => false,
            }
        }
    })
}

/// Refuses, while compiling, a command that has the name of another one: which is meant could not be told when it is sent.
fn distinct(factum: &Factum, input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    let message = format!(
        "two commands of `{ident}` have the same name; give one another with `#[command(name = \"…\")]` on its struct"
    );
    let commands = quote_spanned!(Span::mixed_site()=> <#ident as #factum::ProcessManager>::COMMANDS);
    let is_distinct = quote_spanned!(Span::mixed_site()=> !#factum::Sendable::clash(#commands));
    let assertion = quote_spanned!(ident.span()=> ::core::assert!(#is_distinct, #message));
    quote_spanned!(Span::mixed_site()=> const _: () = #assertion;)
}

/// `ProcessManager::decode`, if older versions have types of their own.
fn decode(factum: &Factum, version: u32, upcasts: &[Upcast]) -> Option<TokenStream> {
    let site = Span::mixed_site();
    let older = upcasts.iter().map(|Upcast { version, from, .. }| {
        let site = from.span().resolved_at(site);
        let factum = &factum.at(site);
        quote_spanned! {site=>
            #version => match #factum::Json::read::<#from>(__state) {
                #factum::Ok(__old) => #factum::Ok(<Self as #factum::From<#from>>::from(__old)),
                #factum::Err(__error) => #factum::Err(__error),
            },
        }
    });
    (!upcasts.is_empty()).then(|| {
        quote_spanned! {site=>
            fn decode(
                __version: ::core::primitive::u32,
                __state: &[::core::primitive::u8],
            ) -> #factum::Result<Self, #factum::CodecError> {
                match __version {
                    #(#older)*
                    __newer if __newer > #version => {
                        #factum::Err(#factum::CodecError::newer(__newer, #version))
                    }
                    _ => #factum::Json::read(__state),
                }
            }
        }
    })
}
