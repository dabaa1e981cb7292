use crate::{attributes::Factum, generics, shape};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{DeriveInput, Generics, Type, WherePredicate, parse_quote_spanned, spanned::Spanned as _};

/// A struct around one value.
pub(super) struct Newtype<'a> {
    pub(super) input: &'a DeriveInput,
    /// The type of the value.
    pub(super) inner: &'a Type,
    /// How many `PhantomData` follow it.
    pub(super) phantoms: usize,
}

impl Newtype<'_> {
    pub(super) fn expand(&self, factum: &Factum) -> TokenStream {
        let (ident, inner, site) = (&self.input.ident, self.inner, self.site());
        let factum = &factum.at(site);
        let (impl_generics, ty_generics, where_clause) = self.input.generics.split_for_impl();
        let text = self.text(factum);
        let from_str_slice = (shape::last_name(inner).as_deref() == Some("String")).then(|| {
            let made = self.made(factum, &quote_spanned!(site=> <#inner as #factum::From<&::core::primitive::str>>::from(__text)));
            quote_spanned! {site=>
                #[automatically_derived]
                impl #impl_generics #factum::From<&::core::primitive::str> for #ident #ty_generics #where_clause {
                    fn from(__text: &::core::primitive::str) -> Self {
                        #made
                    }
                }
            }
        });
        let made = self.made(factum, &quote_spanned!(site=> __inner));
        quote_spanned! {site=>
            #text

            #[automatically_derived]
            impl #impl_generics #factum::From<#inner> for #ident #ty_generics #where_clause {
                fn from(__inner: #inner) -> Self {
                    #made
                }
            }

            #[automatically_derived]
            impl #impl_generics ::core::convert::AsRef<#inner> for #ident #ty_generics #where_clause {
                fn as_ref(&self) -> &#inner {
                    &self.0
                }
            }
            #from_str_slice
        }
    }

    /// Printing and reading.
    fn text(&self, factum: &Factum) -> TokenStream {
        let (ident, inner, site) = (&self.input.ident, self.inner, self.site());
        let made = self.made(factum, &quote_spanned!(site=> __inner));
        let (_, ty_generics, _) = self.input.generics.split_for_impl();
        let printed = self.bounded(|| parse_quote_spanned!(site=> #inner: #factum::Display));
        let (print_generics, _, print_where) = printed.split_for_impl();
        let read = self.bounded(|| parse_quote_spanned!(site=> #inner: #factum::FromStr));
        let (read_generics, _, read_where) = read.split_for_impl();
        quote_spanned! {site=>
            #[automatically_derived]
            impl #print_generics #factum::Display for #ident #ty_generics #print_where {
                fn fmt(&self, __formatter: &mut #factum::Formatter<'_>) -> #factum::FmtResult {
                    <#inner as #factum::Display>::fmt(&self.0, __formatter)
                }
            }

            #[automatically_derived]
            impl #read_generics #factum::FromStr for #ident #ty_generics #read_where {
                type Err = <#inner as #factum::FromStr>::Err;

                fn from_str(__text: &::core::primitive::str) -> #factum::Result<Self, <#inner as #factum::FromStr>::Err> {
                    match <#inner as #factum::FromStr>::from_str(__text) {
                        #factum::Ok(__inner) => #factum::Ok(#made),
                        #factum::Err(__error) => #factum::Err(__error),
                    }
                }
            }
        }
    }

    /// The id around `value`.
    fn made(&self, factum: &Factum, value: &TokenStream) -> TokenStream {
        let site = self.site();
        let phantoms = (0..self.phantoms).map(|_| quote_spanned!(site=> , #factum::PhantomData));
        quote_spanned!(site=> Self(#value #(#phantoms)*))
    }

    /// The parameters, with a bound if the value is of another type in each instance.
    fn bounded(&self, bound: impl FnOnce() -> WherePredicate) -> Generics {
        let generics = &self.input.generics;
        generics::bounded(generics, generics::depends(generics, self.inner).then(bound))
    }

    /// What the inner type lacks is shown at the inner type.
    fn site(&self) -> Span {
        self.inner.span().resolved_at(Span::mixed_site())
    }
}
