use super::{Enumeration, Variant};
use crate::{
    attributes::{group, list},
    ctxt::Ctxt,
};
use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{
    Attribute, Ident, Path, Token, Type, TypePath,
    ext::IdentExt as _,
    parse::{Parse as _, ParseStream},
};

/// How a list of events is written, for messages.
pub(super) const EVENTS: &str = "events(Opened, Deposited)";

const STRANGER: &str = "only a `#[cfg(…)]` can stand on an event here; anything else belongs on its struct";

/// `path::Opened`, or `path::Opened as OtherOpened`, perhaps with a `#[cfg(…)]` before it.
pub(super) struct Listed {
    conditions: Vec<Attribute>,
    path: Path,
    name: Ident,
}

/// Reads `events(…)`.
pub(super) fn read(ctxt: &Ctxt, key: &Ident, input: ParseStream<'_>) -> syn::Result<Vec<Listed>> {
    let content = group(key, input, EVENTS)?;
    if content.is_empty() {
        return Err(syn::Error::new(key.span(), format!("name at least one event: `{EVENTS}`")));
    }
    Ok(list(ctxt, &content, |input| {
        let mut conditions = input.call(Attribute::parse_outer)?;
        conditions.retain(|attribute| {
            let is_condition = attribute.path().is_ident("cfg");
            if !is_condition {
                ctxt.error(attribute.path(), STRANGER);
            }
            is_condition
        });
        let path = Path::parse(input).map_err(|error| {
            syn::Error::new(error.span(), format!("events are named by their types: `{EVENTS}`"))
        })?;
        let name = match input.parse::<Option<Token![as]>>()? {
            Some(_) => input.parse()?,
            None => path.segments.last().expect("a parsed path has a segment").ident.clone(),
        };
        Ok(Listed { conditions, path, name })
    }))
}

impl Listed {
    /// The event as it was written.
    pub(super) fn tokens(&self) -> TokenStream {
        self.path.to_token_stream()
    }

    /// Makes it a variant, unless another event has its name.
    pub(super) fn add_to(self, ctxt: &Ctxt, enumeration: &mut Enumeration) {
        let Self { conditions, path, name } = self;
        let written = path.to_token_stream().to_string().replace(' ', "");
        let namesake_as = format!("{written} as {}{name}", qualifier(&path));
        let variant = Variant {
            name,
            payload: Type::Path(TypePath { attrs: Vec::new(), qself: None, path }),
            conditions,
        };
        match enumeration
            .variants
            .iter()
            .find(|other| other.name == variant.name && !other.excludes(&variant))
        {
            Some(namesake) if !namesake.holds_same(&variant) => {
                let message = format!(
                    "another event is called `{}` here too; give this one a name of its own: `{namesake_as}`",
                    variant.name
                );
                ctxt.error(&variant.payload, message);
                enumeration.refuse();
            }
            _ => enumeration.push(ctxt, variant),
        }
    }
}

/// `Loan` for `crate::loan::Opened`.
fn qualifier(path: &Path) -> String {
    let module = path.segments.iter().rev().nth(1).map(|segment| segment.ident.unraw().to_string());
    match module.as_deref() {
        None | Some("crate" | "self" | "super") => "Other".to_owned(),
        Some(module) => module.split('_').map(capitalized).collect(),
    }
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}
