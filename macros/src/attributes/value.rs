use syn::{
    Ident, LitInt, Token, parenthesized,
    parse::{Parse, ParseBuffer, ParseStream},
    token::Paren,
};

/// Reads the `= value` behind a key; `example` is the whole item, for messages.
pub(crate) fn value<T: Parse>(key: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<T> {
    if !input.peek(Token![=]) {
        return Err(syn::Error::new(key.span(), format!("`{key}` needs a value: write `{example}`")));
    }
    input.parse::<Token![=]>()?;
    if input.is_empty() {
        return Err(syn::Error::new(key.span(), format!("`{key}` needs a value: write `{example}`")));
    }
    input.parse().map_err(|error| syn::Error::new(error.span(), format!("write `{example}`")))
}

/// Reads the `(…)` behind a key.
pub(crate) fn group<'a>(key: &Ident, input: ParseStream<'a>, example: &str) -> syn::Result<ParseBuffer<'a>> {
    if !input.peek(Paren) {
        return Err(syn::Error::new(key.span(), format!("`{key}` takes a list: write `{example}`")));
    }
    let content;
    parenthesized!(content in input);
    Ok(content)
}

/// A key that stands alone.
pub(crate) fn flag(key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Token![=]) || input.peek(Paren) {
        return Err(syn::Error::new(key.span(), format!("`{key}` takes no value: write `{key}`")));
    }
    Ok(())
}

/// Reads the number of a version, which is at least 1.
pub(crate) fn version(number: &LitInt) -> syn::Result<u32> {
    match number.base10_parse() {
        Ok(0) => Err(syn::Error::new(number.span(), "versions are counted from 1; write `1` or more")),
        Ok(version) => Ok(version),
        Err(_) => {
            Err(syn::Error::new(number.span(), format!("a version is a whole number from 1 to {}", u32::MAX)))
        }
    }
}
