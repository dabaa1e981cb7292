use super::{group, list, version};
use crate::ctxt::Ctxt;
use proc_macro2::Span;
use syn::{Ident, LitInt, Token, Type, parse::ParseStream};

/// How what was stored with an older version is read.
pub(crate) struct Upcast {
    pub(crate) version: u32,
    pub(crate) from: Type,
    at: Span,
}

impl Upcast {
    /// Reads `upcast(1 = OpenedV1)`; `example` is the whole item, for messages.
    pub(crate) fn read(
        ctxt: &Ctxt,
        key: &Ident,
        input: ParseStream<'_>,
        example: &str,
    ) -> syn::Result<Vec<Self>> {
        let content = group(key, input, example)?;
        Ok(list(ctxt, &content, |input| {
            let wrong = |error: syn::Error| {
                syn::Error::new(
                    error.span(),
                    format!("write `{example}`: a version and the type that it had"),
                )
            };
            let number: LitInt = input.parse().map_err(wrong)?;
            input.parse::<Token![=]>().map_err(wrong)?;
            Ok(Self { version: version(&number)?, from: input.parse().map_err(wrong)?, at: number.span() })
        }))
    }

    /// Whether they are of different versions, all before the `current` one.
    pub(crate) fn check(ctxt: &Ctxt, upcasts: &[Self], current: Option<u32>) {
        for (i, upcast) in upcasts.iter().enumerate() {
            let Self { version, at, .. } = upcast;
            if upcasts[..i].iter().any(|earlier| earlier.version == *version) {
                ctxt.push(syn::Error::new(*at, format!("version {version} is upcast twice; remove one")));
            }
            if *version >= current.unwrap_or(1) {
                let newer = version.saturating_add(1);
                ctxt.push(syn::Error::new(
                    *at,
                    format!(
                        "only versions before the present one are upcast; write `version = {newer}` or more beside it"
                    ),
                ));
            }
        }
    }
}
