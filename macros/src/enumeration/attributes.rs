use super::{
    Enumeration, Variant,
    listed::{self, EVENTS, Listed},
};
use crate::{
    attributes::{Factum, Slot, group, list, value},
    ctxt::Ctxt,
    generics,
};
use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident};
use syn::{DeriveInput, Ident, Path, ext::IdentExt as _, parse::ParseStream};

/// The keys that say which events an aggregate or a projection is made from.
#[derive(Default)]
pub(crate) struct Attributes {
    events: Slot<Vec<Listed>>,
    event: Slot<Path>,
    derive: Slot<Vec<Path>>,
}

/// The events of an aggregate or projection.
pub(crate) enum Events {
    /// The enum is generated.
    Listed(Enumeration),
    /// The enum is the user's.
    Written(Path),
}

impl Events {
    /// The enum as a type.
    pub(crate) fn ty(&self) -> TokenStream {
        match self {
            Self::Listed(enumeration) => enumeration.ty(),
            Self::Written(path) => path.to_token_stream(),
        }
    }

    /// What makes the enum one of events, if it is generated.
    pub(crate) fn implementations(&self, factum: &Factum) -> TokenStream {
        match self {
            Self::Listed(enumeration) => enumeration.implementations(factum),
            Self::Written(_) => TokenStream::new(),
        }
    }
}

impl Attributes {
    /// The key that names an enum, if it was given.
    pub(crate) fn event_key(&self) -> Option<&Ident> {
        self.event.key()
    }

    /// Whether events are listed.
    pub(crate) fn is_listed(&self) -> bool {
        self.events.key().is_some()
    }

    /// Reads one of the keys, if it is one.
    pub(crate) fn take(
        &mut self,
        ctxt: &Ctxt,
        key: &Ident,
        input: ParseStream<'_>,
    ) -> Option<syn::Result<()>> {
        Some(match key.to_string().as_str() {
            "events" => self.events.fill(key, listed::read(ctxt, key, input)),
            "event" => self.event.fill(key, value(key, input, "event = AccountEvent")),
            "derive" => self.derive.fill(key, derives(ctxt, key, input)),
            _ => return None,
        })
    }

    /// The events, and the enum if it is to be generated.
    pub(crate) fn resolve(self, ctxt: &Ctxt, input: &DeriveInput) -> (Events, TokenStream) {
        self.resolve_with(ctxt, input, Vec::new())
    }

    /// The same, with further variants behind those that are listed.
    pub(crate) fn resolve_with(
        self,
        ctxt: &Ctxt,
        input: &DeriveInput,
        more: Vec<Variant>,
    ) -> (Events, TokenStream) {
        if self.events.key().is_none() {
            if let Some(key) = self.derive.key() {
                ctxt.error(
                    key,
                    format!(
                        "there is no enum to derive this for: write `{EVENTS}`, or derive it on your own enum"
                    ),
                );
            }
            if let Some(path) = self.event.value() {
                return (Events::Written(path.clone()), TokenStream::new());
            }
        }
        if self.events.key().is_none() && self.event.key().is_none() {
            ctxt.error(
                &input.ident,
                format!(
                    "say which events it is made from: `{EVENTS}`, or `event = …` with an enum of your own"
                ),
            );
        }
        // Of the parameters, those that the events have; the enum would not use the others.
        let listed = self.events.into_value().unwrap_or_default();
        let used = listed.iter().map(Listed::tokens).collect();
        let generics = generics::narrowed(&input.generics, used);
        let mut enumeration = Enumeration::new(name(ctxt, input, self.event.value()), generics);
        for listed in listed {
            listed.add_to(ctxt, &mut enumeration);
        }
        for variant in more {
            enumeration.push(ctxt, variant);
        }
        let derives = self.derive.into_value().unwrap_or_default();
        let definition = enumeration.definition(input, &derives);
        (Events::Listed(enumeration), definition)
    }
}

fn name(ctxt: &Ctxt, input: &DeriveInput, given: Option<&Path>) -> Ident {
    let default = format_ident!("{}Event", input.ident.unraw(), span = input.ident.span());
    match given {
        None => default,
        Some(path) => path.get_ident().cloned().unwrap_or_else(|| {
            ctxt.error(
                path,
                format!(
                    "the enum is generated beside `{}`, so it has a name and no path; write `event = {default}`",
                    input.ident
                ),
            );
            default
        }),
    }
}

fn derives(ctxt: &Ctxt, key: &Ident, input: ParseStream<'_>) -> syn::Result<Vec<Path>> {
    let content = group(key, input, "derive(Debug, Clone)")?;
    Ok(list(ctxt, &content, Path::parse_mod_style))
}
