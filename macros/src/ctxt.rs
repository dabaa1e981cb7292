use proc_macro2::TokenStream;
use quote::ToTokens;
use std::{cell::RefCell, fmt::Display};

/// Collects the errors of one input, so that all of them are reported in one go.
#[derive(Debug, Default)]
pub(crate) struct Ctxt {
    errors: RefCell<Vec<syn::Error>>,
}

impl Ctxt {
    /// Notes an error at `tokens`.
    pub(crate) fn error(&self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// Notes an error that has its place already.
    pub(crate) fn push(&self, error: syn::Error) {
        self.errors.borrow_mut().push(error);
    }

    /// The value, or its error noted.
    pub(crate) fn ok<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// The errors, as calls of `compile_error!` beside which the generated code can stand.
    pub(crate) fn into_compile_errors(self) -> TokenStream {
        self.errors.into_inner().iter().map(syn::Error::to_compile_error).collect()
    }
}

/// The messages that expanding `input` gives.
#[cfg(test)]
pub(crate) fn messages(
    expand: fn(&Ctxt, &syn::DeriveInput) -> TokenStream,
    input: &syn::DeriveInput,
) -> Vec<String> {
    let ctxt = Ctxt::default();
    let generated = expand(&ctxt, input);
    assert!(!generated.to_string().contains("compile_error"), "errors go through the context");
    ctxt.errors.into_inner().iter().map(ToString::to_string).collect()
}
