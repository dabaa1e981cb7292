//! Enums of events: what the derives of events, aggregates and projections have in common.

mod attributes;
mod conversions;
mod definition;
mod dispatch;
mod event_enum;
mod listed;
mod names;

pub(crate) use self::{
    attributes::{Attributes, Events},
    dispatch::{apply, react},
};

use crate::{attributes::Factum, ctxt::Ctxt, generics};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Attribute, Generics, Ident, Path, Type, spanned::Spanned as _};

/// An enum whose variants hold one event each.
pub(crate) struct Enumeration {
    pub(crate) ident: Ident,
    /// Its parameters.
    generics: Generics,
    variants: Vec<Variant>,
    /// Whether a variant is missing here because it was an error.
    refused: bool,
}

/// One variant: `Opened(Opened)`.
pub(crate) struct Variant {
    pub(crate) name: Ident,
    pub(crate) payload: Type,
    /// `#[cfg(…)]` on an event in a list, which everything that is generated for it is subject to.
    pub(crate) conditions: Vec<Attribute>,
}

impl Enumeration {
    pub(crate) fn new(ident: Ident, generics: Generics) -> Self {
        Self { ident, generics, variants: Vec::new(), refused: false }
    }

    /// The enum as a type, with its parameters.
    pub(crate) fn ty(&self) -> TokenStream {
        let (ident, (_, generics, _)) = (&self.ident, self.generics.split_for_impl());
        quote_spanned!(Span::mixed_site()=> #ident #generics)
    }

    /// Adds a variant, unless its event belongs to another one already.
    pub(crate) fn push(&mut self, ctxt: &Ctxt, variant: Variant) {
        if let Some(parameter) = variant.parameter(&self.generics) {
            let message = format!(
                "an event is a struct that derives `Event`, and `{parameter}` may be anything; wrap it: `struct \
                 Changed<{parameter}>({parameter});`"
            );
            ctxt.error(&variant.payload, message);
            return self.refuse();
        }
        match self.variants.iter().find(|other| other.holds_same(&variant) && !other.excludes(&variant)) {
            Some(other) => {
                let message = match other.name == variant.name {
                    true => format!("the event `{}` is listed twice; remove one", other.name),
                    false => format!(
                        "the event of `{}` is that of `{}` already; remove one",
                        variant.name, other.name
                    ),
                };
                ctxt.error(&variant.payload, message);
                self.refuse();
            }
            None => self.variants.push(variant),
        }
    }

    /// The variants.
    pub(crate) fn variants(&self) -> &[Variant] {
        &self.variants
    }

    /// The variant of the event that is written so, or that is called so here.
    pub(crate) fn find(&self, event: &Path) -> Option<&Variant> {
        let written = event.to_token_stream().to_string();
        let is_named = |variant: &&Variant| event.get_ident().is_some_and(|name| *name == variant.name);
        let is_written = |variant: &&Variant| variant.payload.to_token_stream().to_string() == written;
        self.variants.iter().find(|variant| is_named(variant) || is_written(variant))
    }

    /// A variant could not be used; it is an error already.
    pub(crate) fn refuse(&mut self) {
        self.refused = true;
    }

    /// What makes the enum one of events.
    pub(crate) fn implementations(&self, factum: &Factum) -> TokenStream {
        let event_enum = event_enum::expand(self, factum);
        let conversions = conversions::expand(self, factum);
        let distinct_names = names::expand(self, factum);
        quote_spanned! {Span::mixed_site()=>
            #event_enum
            #conversions
            #distinct_names
        }
    }

    /// Whether some of its variants are there under a condition only.
    fn is_conditional(&self) -> bool {
        self.variants.iter().any(|variant| !variant.conditions.is_empty())
    }

    /// The last arm of a `match` over the enum, where the other arms may not be all.
    pub(crate) fn rest(&self) -> Option<TokenStream> {
        let can_be_empty = self.variants.iter().all(|variant| !variant.conditions.is_empty());
        (self.refused || can_be_empty)
            .then(|| quote_spanned!(Span::mixed_site()=> #[allow(unreachable_patterns)] _ => ::core::unreachable!(),))
    }
}

impl Variant {
    /// The parameter that its event is, if it is nothing else.
    fn parameter(&self, generics: &Generics) -> Option<Ident> {
        let Type::Path(path) = &self.payload else { return None };
        let ident = path.path.get_ident()?;
        generics
            .type_params()
            .map(|parameter| &parameter.ident)
            .find(|parameter| *parameter == ident)
            .cloned()
    }

    /// Whether its event is another one in each instance of the enum.
    fn is_generic(&self, generics: &Generics) -> bool {
        generics::depends(generics, &self.payload)
    }

    /// Whether the two may never be there together. That they are not, the compiler sees.
    fn excludes(&self, other: &Self) -> bool {
        let printed = |variant: &Self| {
            let conditions = &variant.conditions;
            quote!(#(#conditions)*).to_string()
        };
        let (own, others) = (printed(self), printed(other));
        !own.is_empty() && !others.is_empty() && own != others
    }

    fn holds_same(&self, other: &Self) -> bool {
        self.payload.to_token_stream().to_string() == other.payload.to_token_stream().to_string()
    }

    /// Where an error about the event is shown, with names that cannot meet the user's.
    pub(crate) fn site(&self) -> Span {
        let place = match &self.payload {
            // Several tokens have no common span on stable, and of a path the last name tells the most.
            Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.span()),
            _ => None,
        };
        place.unwrap_or_else(|| self.payload.span()).resolved_at(Span::mixed_site())
    }
}
