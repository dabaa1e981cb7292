use super::value;
use crate::span::shown_at;
use proc_macro2::{Span, TokenStream};
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
            syn::Error::new(
                text.span(),
                format!(
                    "`{}` is not the path of a crate; write one such as `crate = \"my_crate::factum\"`",
                    text.value()
                ),
            )
        })?;
        Ok(Self(quote!(#path::__private)))
    }

    /// The same path, for code about which errors are shown at `site`.
    pub(crate) fn at(&self, site: Span) -> Self {
        Self(shown_at(self.0.clone(), site))
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

#[cfg(test)]
mod tests {
    use crate::{aggregate, command, ctxt::Ctxt, decider, event, id, process, projection};
    use proc_macro2::TokenStream;
    use syn::{DeriveInput, parse_quote};

    type Expand = fn(&Ctxt, &DeriveInput) -> TokenStream;

    #[test]
    fn nothing_refers_to_the_usual_path_where_another_is_given() {
        let inputs: [(Expand, DeriveInput); 12] = [
            (
                event::expand,
                parse_quote!(
                    #[event(crate = "mine::inner", version = 2, upcast(1 = Old))]
                    struct A(#[event(tag = "a")] u8);
                ),
            ),
            (
                event::expand,
                parse_quote!(
                    #[event(crate = "mine::inner")]
                    enum B {
                        A(A),
                        C(C),
                    }
                ),
            ),
            (
                aggregate::expand,
                parse_quote!(
                    #[aggregate(crate = "mine::inner", category = "d", id = Id, events(A, C))]
                    struct D;
                ),
            ),
            (
                command::expand,
                parse_quote!(
                    #[command(crate = "mine::inner")]
                    struct E(#[command(target)] Id);
                ),
            ),
            (
                projection::expand,
                parse_quote!(
                    #[projection(crate = "mine::inner", events(A, C), document = G, categories("d"))]
                    struct F;
                ),
            ),
            (
                id::expand,
                parse_quote!(
                    #[id(crate = "mine::inner")]
                    struct Id(String);
                ),
            ),
            (
                decider::expand,
                parse_quote!(
                    #[decider(crate = "mine::inner", events(A, C<T>))]
                    struct G<T>;
                ),
            ),
            (
                command::expand,
                parse_quote!(
                    #[command(crate = "mine::inner", decider = G, validate = Self::check)]
                    struct H {
                        #[command(tag)]
                        a: Option<A>,
                        #[command(tag)]
                        b: Vec<B>,
                        #[command(tag)]
                        c: C,
                    }
                ),
            ),
            (
                event::expand,
                parse_quote!(
                    #[event(crate = "mine::inner", name = T::NAME)]
                    struct J<T>(#[event(tag = "a")] Vec<T>);
                ),
            ),
            (
                event::expand,
                parse_quote!(
                    #[event(crate = "mine::inner")]
                    enum K<T> {
                        A(A<T>),
                        C(C),
                    }
                ),
            ),
            (
                id::expand,
                parse_quote!(
                    #[id(crate = "mine::inner")]
                    struct L<T>(T, PhantomData<T>);
                ),
            ),
            (
                process::expand,
                parse_quote!(
                    #[process(
                        crate = "mine::inner",
                        key(a: A),
                        events(A, C),
                        starts(A),
                        commands(E, H),
                        rejected(H),
                        version = 2,
                        upcast(1 = Old)
                    )]
                    struct M;
                ),
            ),
        ];
        for (expand, input) in inputs {
            let code = expand(&Ctxt::default(), &input).to_string();
            assert!(code.contains("mine :: inner :: __private"), "{code}");
            assert!(!code.contains(":: factum"), "{code}");
        }
    }
}
