use crate::ctxt::Ctxt;
use proc_macro2::TokenTree;
use syn::{Token, parse::ParseStream};

/// Reads what is separated by commas. After an error it goes on behind the next comma, so that one mistake does not
/// hide another.
pub(crate) fn list<T>(
    ctxt: &Ctxt,
    input: ParseStream<'_>,
    mut item: impl FnMut(ParseStream<'_>) -> syn::Result<T>,
) -> Vec<T> {
    let mut items = Vec::new();
    while !input.is_empty() {
        let read = item(input);
        if read.is_ok() && !input.is_empty() && !input.peek(Token![,]) {
            ctxt.push(input.error("expected `,`"));
        }
        items.extend(ctxt.ok(read));
        while !input.is_empty() && !input.peek(Token![,]) {
            ctxt.ok(input.parse::<TokenTree>());
        }
        if !input.is_empty() {
            ctxt.ok(input.parse::<Token![,]>());
        }
    }
    items
}
