//! `#[derive(Command)]`.

mod attributes;
#[cfg(test)]
mod tests;

use self::attributes::Attributes;
use crate::{ctxt::Ctxt, shape};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::{DeriveInput, spanned::Spanned as _};

pub(crate) fn expand(ctxt: &Ctxt, input: &DeriveInput) -> TokenStream {
    let concrete = shape::is_concrete(
        ctxt,
        input,
        "a derived command has no parameters; implement `Command` for it by hand",
    );
    let fields = shape::fields(ctxt, input, "Command", "write a struct for each command");
    let Attributes { factum, aggregate, target } = Attributes::read(ctxt, input, fields);
    if !concrete {
        return TokenStream::new();
    }

    let (ident, site) = (&input.ident, Span::mixed_site());
    let decider = match (&aggregate, &target) {
        (Some(aggregate), _) => aggregate.to_token_stream(),
        (None, Some(target)) => {
            let ty = &target.ty;
            quote_spanned!(ty.span().resolved_at(site)=> <#ty as #factum::AggregateId>::Aggregate)
        }
        (None, None) => return TokenStream::new(),
    };
    let scope = match &target {
        Some(target) => {
            let member = &target.member;
            quote_spanned! {target.ty.span().resolved_at(site)=>
                #factum::Scope::aggregate::<<Self as #factum::Command>::Decider>(&self.#member)
            }
        }
        // The missing target is an error already.
        None => quote_spanned!(site=> ::core::unreachable!()),
    };
    quote_spanned! {site=>
        const _: () = {
            #[automatically_derived]
            impl #factum::Command for #ident {
                type Decider = #decider;

                fn scope(&self) -> #factum::Result<#factum::Scope, #factum::Invalid> {
                    #scope
                }
            }
        };
    }
}
