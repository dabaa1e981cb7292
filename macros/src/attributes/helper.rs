use super::list;
use crate::ctxt::Ctxt;
use syn::{Attribute, Ident, Meta, ext::IdentExt as _, parse::ParseStream};

/// A helper attribute and the keys that it takes in one place.
pub(crate) struct Helper {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it stands on, for messages: `a struct`.
    pub(crate) on: &'static str,
    /// How each key is written, for messages.
    pub(crate) keys: &'static [&'static str],
}

impl Helper {
    /// Hands each key of the attributes of this name to `take`, which reads the rest of the item.
    pub(crate) fn read(
        &self,
        ctxt: &Ctxt,
        attributes: &[Attribute],
        mut take: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
    ) {
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(self.name)) {
            if !matches!(attribute.meta, Meta::List(_)) {
                ctxt.error(&attribute.meta, format!("write `#[{}(…)]`, with {}", self.name, self.allowed()));
                continue;
            }
            ctxt.ok(attribute.parse_args_with(|input: ParseStream<'_>| {
                list(ctxt, input, |input| {
                    let key = Ident::parse_any(input).map_err(|error| self.not_a_key(error.span()))?;
                    take(&key, input)
                });
                Ok(())
            }));
        }
    }

    /// The error for a key that `take` does not know.
    pub(crate) fn unknown(&self, key: &Ident) -> syn::Error {
        let Self { name, on, .. } = self;
        let message = match self.keys {
            [] => format!("`#[{name}(…)]` has no meaning on {on}; remove it"),
            _ => format!("`#[{name}(…)]` on {on} has no key `{key}`; it takes {}", self.allowed()),
        };
        syn::Error::new(key.span(), message)
    }

    fn not_a_key(&self, at: proc_macro2::Span) -> syn::Error {
        syn::Error::new(
            at,
            format!("this is not a key; `#[{}(…)]` on {} takes {}", self.name, self.on, self.allowed()),
        )
    }

    fn allowed(&self) -> String {
        self.keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
    }
}
