//! `#[derive(Command)]`.

mod attributes;
mod fields;
mod scope;
#[cfg(test)]
mod tests;

use self::attributes::Attributes;
use crate::{attributes::implementations, ctxt::Ctxt, shape};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::{DeriveInput, spanned::Spanned as _};

pub(crate) fn expand(ctxt: &Ctxt, input: &DeriveInput) -> TokenStream {
    let owned = shape::is_owned(ctxt, input);
    let fields = shape::fields(ctxt, input, "Command", "write a struct for each command");
    if fields.is_none() {
        return TokenStream::new();
    }
    let attributes = Attributes::read(ctxt, input, fields);
    let Attributes { factum, name, validate, .. } = &attributes;
    let site = Span::mixed_site();
    let decider = match (&attributes.decider, &attributes.aggregate, &attributes.fields.target) {
        (Some(decider), ..) => decider.to_token_stream(),
        (None, Some(aggregate), _) => aggregate.to_token_stream(),
        (None, None, Some(target)) => scope::aggregate_of(factum, target),
        (None, None, None) => return TokenStream::new(),
    };
    let scope =
        scope::expand(ctxt, &attributes).unwrap_or_else(|| quote_spanned!(site=> ::core::unreachable!()));
    if !owned {
        return TokenStream::new();
    }
    let validate = validate.as_ref().map(|path| {
        // Several tokens have no common span on stable, and of a path the last name tells the most.
        let site =
            path.path.segments.last().map_or_else(|| path.span(), |name| name.ident.span()).resolved_at(site);
        let factum = &factum.at(site);
        quote_spanned! {site=>
            fn validate(&self) -> #factum::Result<(), #factum::Violations> {
                match #path(self) {
                    #factum::Ok(()) => #factum::Ok(()),
                    #factum::Err(__wrong) => #factum::Err(#factum::Into::into(__wrong)),
                }
            }
        }
    });
    let on_conflict = on_conflict(&attributes);
    let ident = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let (items, statements) = scope::check_target(&input.generics, &attributes);
    let code = quote_spanned! {site=>
        #items
        #[automatically_derived]
        impl #impl_generics #factum::Command for #ident #ty_generics #where_clause {
            const NAME: &'static ::core::primitive::str = #name;
            type Decider = #decider;
            #on_conflict
            #validate

            fn scope(&self) -> #factum::Result<#factum::Scope, #factum::Invalid> {
                #statements
                #scope
            }
        }
    };
    implementations(input, &code)
}

/// What the command does when others were faster, unless that is what every command does.
fn on_conflict(Attributes { factum, undisturbed, last_writer, .. }: &Attributes) -> Option<TokenStream> {
    let site = Span::mixed_site();
    if *last_writer {
        return Some(quote_spanned! {site=>
            const ON_CONFLICT: #factum::OnConflict<Self> = #factum::OnConflict::LastWriter;
        });
    }
    let path = undisturbed.as_ref()?;
    let site =
        path.path.segments.last().map_or_else(|| path.span(), |name| name.ident.span()).resolved_at(site);
    let factum = &factum.at(site);
    Some(quote_spanned! {site=>
        const ON_CONFLICT: #factum::OnConflict<Self> = #factum::OnConflict::Unless(#path);
    })
}
