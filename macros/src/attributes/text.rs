use super::value;
use crate::generics;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{ExprPath, Generics, Ident, LitStr, Token, parse::ParseStream};

/// A stored name.
pub(crate) enum Text {
    /// It stands in the attribute.
    Written(String),
    /// A constant, which may be another for each instance of a generic type.
    Constant(ExprPath),
}

impl Text {
    /// Reads the `= "…"` behind a key. What is `generic` may name a constant of a parameter, which is checked where it
    /// is used.
    pub(crate) fn parse(
        key: &Ident,
        input: ParseStream<'_>,
        generic: &Generics,
        example: &str,
        check: fn(&LitStr) -> syn::Result<String>,
    ) -> syn::Result<Self> {
        if generics::is_generic(generic) && input.peek(Token![=]) && !input.peek2(LitStr) {
            let example = format!("{example}`, or a constant of a parameter: `{key} = T::NAME");
            return value(key, input, &example).map(Self::Constant);
        }
        value::<LitStr>(key, input, example).and_then(|text| check(&text)).map(Self::Written)
    }
}

impl ToTokens for Text {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Written(text) => text.to_tokens(tokens),
            Self::Constant(path) => path.to_tokens(tokens),
        }
    }
}
