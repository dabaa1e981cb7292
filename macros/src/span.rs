//! Where the compiler shows what is wrong.

use proc_macro2::{Group, Span, TokenStream, TokenTree};

/// The same tokens, standing at `site`: an unmet bound is shown at the tokens that ask for it.
pub(crate) fn shown_at(tokens: TokenStream, site: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            if let TokenTree::Group(group) = &token {
                token = TokenTree::Group(Group::new(group.delimiter(), shown_at(group.stream(), site)));
            }
            token.set_span(site.resolved_at(token.span()));
            token
        })
        .collect()
}
