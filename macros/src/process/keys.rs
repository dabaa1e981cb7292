use super::attributes::printed;
use crate::{
    attributes::{Factum, group, list},
    ctxt::Ctxt,
    enumeration::{Enumeration, Variant},
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::{Ident, Member, Path, Token, Type, parse::ParseStream, spanned::Spanned as _};

const KEY: &str = "key(order)";
const KEY_OF: &str = "key(order: Placed, Paid)";

/// Which field of which events has the key: `key(order)` of all, `key(order: Placed, Paid)` of some.
pub(super) struct Keying {
    /// The field, or a field of it: `order.customer`.
    field: Vec<Member>,
    /// `None` for all that no other names.
    events: Option<Vec<Path>>,
    at: Ident,
}

impl Keying {
    pub(super) fn read(ctxt: &Ctxt, key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let content = group(key, input, KEY)?;
        let wrong = |error: syn::Error| {
            syn::Error::new(error.span(), format!("name the field that has the key: `{KEY}`, or `{KEY_OF}`"))
        };
        let mut field = vec![content.parse().map_err(wrong)?];
        while content.parse::<Option<Token![.]>>()?.is_some() {
            field.push(content.parse().map_err(wrong)?);
        }
        let events = match content.parse::<Option<Token![:]>>()? {
            None if content.is_empty() => None,
            None => return Err(wrong(content.error("expected `:`"))),
            Some(_) => Some(list(ctxt, &content, |input| {
                input.parse().map_err(|error: syn::Error| {
                    syn::Error::new(error.span(), format!("events are named by their types: `{KEY_OF}`"))
                })
            })),
        };
        if events.as_ref().is_some_and(Vec::is_empty) {
            return Err(syn::Error::new(key.span(), format!("name at least one event: `{KEY_OF}`")));
        }
        Ok(Self { field, events, at: key.clone() })
    }
}

/// Reports what they name twice, or does not belong to the process.
pub(super) fn check(ctxt: &Ctxt, keyings: &[Keying], events: &Enumeration) {
    let mut of_all = keyings.iter().filter(|keying| keying.events.is_none()).skip(1);
    if let Some(second) = of_all.next() {
        ctxt.error(&second.at, format!("two fields are the key of all events; say of which: `{KEY_OF}`"));
    }
    let mut seen: Vec<&Ident> = Vec::new();
    for path in keyings.iter().filter_map(|keying| keying.events.as_ref()).flatten() {
        match events.find(path) {
            None => no_event(ctxt, path),
            Some(variant) if seen.contains(&&variant.name) => {
                ctxt.error(path, format!("the key of `{}` is given twice; remove one", variant.name));
            }
            Some(variant) => seen.push(&variant.name),
        }
    }
}

/// Something is named that is none of the events.
pub(super) fn no_event(ctxt: &Ctxt, path: &Path) {
    let written = printed(path);
    ctxt.error(path, format!("`{written}` is none of its events: write `events({written})` too"));
}

/// `ProcessManager::keys`. The first `listed` variants are those that the user has named.
pub(super) fn expand(
    factum: &Factum,
    key: &Type,
    keyings: &[Keying],
    events: &Enumeration,
    listed: usize,
) -> TokenStream {
    let (ident, site) = (&events.ident, Span::mixed_site());
    let of_factum = &factum.at(key.span().resolved_at(site));
    let of_stream =
        quote_spanned!(key.span().resolved_at(site)=> #of_factum::key_of_stream::<#key, _>(__recorded));
    let named = |variant: &Variant| {
        let names = |keying: &&Keying| {
            let mut events_of = keying.events.iter().flatten();
            events_of.any(|path| events.find(path).is_some_and(|found| found.name == variant.name))
        };
        let of_all = || keyings.iter().find(|keying| keying.events.is_none());
        keyings.iter().find(names).or_else(of_all)
    };
    let arms = events.variants().iter().take(listed).filter_map(|variant| {
        let Variant { name, conditions, .. } = variant;
        let field = &named(variant)?.field;
        // The field's own place, so that one that is not there is shown at it.
        let site = field.last().map_or(site, |member| member.span().resolved_at(site));
        let factum = factum.at(site);
        let field = field.iter().map(|member| quote_spanned!(site=> .#member).into_token_stream());
        Some(quote_spanned! {site=>
            #(#conditions)*
            #ident::#name(__event) => #factum::Keys::<#key>::from(#factum::Clone::clone(&__event #(#field)*)),
        })
    });
    quote_spanned! {site=>
        #[allow(unreachable_patterns)]
        match &__recorded.event {
            #(#arms)*
            _ => #of_stream,
        }
    }
}
