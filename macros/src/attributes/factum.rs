use super::value;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Ident, LitStr, Path, parse::ParseStream};

/// The module that generated code refers to: `::factum::__private`, unless the attribute names another crate.
#[derive(Clone)]
pub(crate) struct Factum(TokenStream);

impl Factum {
    /// Reads `crate = "path"`.
    pub(crate) fn parse(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let text: LitStr = value(key, input, "crate = \"path::to::factum\"")?;
        let path = text.parse_with(Path::parse_mod_style).map_err(|_| {
            syn::Error::new(text.span(), format!("`{}` is not the path of a crate", text.value()))
        })?;
        Ok(Self(quote!(#path::__private)))
    }
}

impl Default for Factum {
    fn default() -> Self {
        Self(quote!(::factum::__private))
    }
}

impl ToTokens for Factum {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}
