//! Parameters of what a derive stands on.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::HashSet;
use syn::{GenericParam, Generics, Ident, WherePredicate, parse_quote};

/// The names of the parameters for types and constants.
fn names(generics: &Generics) -> HashSet<Ident> {
    let types = generics.type_params().map(|parameter| parameter.ident.clone());
    types.chain(generics.const_params().map(|parameter| parameter.ident.clone())).collect()
}

/// Which of `names` stand in `tokens`.
fn mentioned(names: &HashSet<Ident>, tokens: TokenStream, found: &mut HashSet<Ident>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => found.extend(names.get(&ident).cloned()),
            TokenTree::Group(group) => mentioned(names, group.stream(), found),
            _ => {}
        }
    }
}

/// Whether a type or constant can differ from one instance to the next.
pub(crate) fn is_generic(generics: &Generics) -> bool {
    !names(generics).is_empty()
}

/// Whether `tokens` name one of the parameters.
pub(crate) fn depends(generics: &Generics, tokens: impl ToTokens) -> bool {
    let mut found = HashSet::new();
    mentioned(&names(generics), tokens.into_token_stream(), &mut found);
    !found.is_empty()
}

/// Whether `tokens` name the item itself.
pub(crate) fn mentions_self(tokens: impl ToTokens) -> bool {
    let mut found = HashSet::new();
    mentioned(
        &HashSet::from([Ident::new("Self", Span::call_site())]),
        tokens.into_token_stream(),
        &mut found,
    );
    !found.is_empty()
}

/// Whether `tokens` name all of the parameters.
pub(crate) fn determines(generics: &Generics, tokens: impl ToTokens) -> bool {
    let (names, mut found) = (names(generics), HashSet::new());
    mentioned(&names, tokens.into_token_stream(), &mut found);
    found == names
}

/// Only the parameters that `tokens` name, and those that their bounds name, with the bounds.
pub(crate) fn narrowed(generics: &Generics, tokens: TokenStream) -> Generics {
    let (names, mut kept) = (names(generics), HashSet::new());
    mentioned(&names, tokens, &mut kept);
    loop {
        let before = kept.len();
        for parameter in &generics.params {
            if name(parameter).is_some_and(|name| kept.contains(name)) {
                mentioned(&names, parameter.to_token_stream(), &mut kept);
            }
        }
        if kept.len() == before {
            break;
        }
    }
    let mut narrowed = Generics {
        params: generics
            .params
            .iter()
            .filter(|parameter| name(parameter).is_some_and(|name| kept.contains(name)))
            .cloned()
            .collect(),
        where_clause: None,
        ..generics.clone()
    };
    for predicate in generics.where_clause.iter().flat_map(|clause| &clause.predicates) {
        let mut named = HashSet::new();
        mentioned(&names, predicate.to_token_stream(), &mut named);
        if !named.is_empty() && named.is_subset(&kept) {
            narrowed.make_where_clause().predicates.push(predicate.clone());
        }
    }
    narrowed
}

/// With further bounds.
pub(crate) fn bounded(generics: &Generics, bounds: impl IntoIterator<Item = WherePredicate>) -> Generics {
    let mut bounded = generics.clone();
    let mut bounds = bounds.into_iter().peekable();
    if bounds.peek().is_some() {
        bounded.make_where_clause().predicates.extend(bounds);
    }
    bounded
}

/// `T: 'static` for each parameter that is a type.
pub(crate) fn lasting(generics: &Generics) -> impl Iterator<Item = WherePredicate> {
    generics.type_params().map(|parameter| {
        let ident = &parameter.ident;
        parse_quote!(#ident: 'static)
    })
}

fn name(parameter: &GenericParam) -> Option<&Ident> {
    match parameter {
        GenericParam::Type(parameter) => Some(&parameter.ident),
        GenericParam::Const(parameter) => Some(&parameter.ident),
        GenericParam::Lifetime(_) => None,
    }
}
