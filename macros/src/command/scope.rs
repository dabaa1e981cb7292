use super::{attributes::Attributes, fields::Target};
use crate::{attributes::Factum, ctxt::Ctxt, generics, name, shape};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Generics, Type, spanned::Spanned as _};

/// The body of `Command::scope`; `None` if what it needs is an error already.
pub(super) fn expand(ctxt: &Ctxt, attributes: &Attributes) -> Option<TokenStream> {
    match &attributes.decider {
        Some(decider) => over_tags(ctxt, attributes, decider),
        None => of_aggregate(attributes),
    }
}

/// The stream of the target.
fn of_aggregate(Attributes { factum, fields, .. }: &Attributes) -> Option<TokenStream> {
    let Target { member, ty } = fields.target.as_ref()?;
    Some(quote_spanned! {ty.span().resolved_at(Span::mixed_site())=>
        #factum::Scope::aggregate::<<Self as #factum::Command>::Decider>(&self.#member)
    })
}

/// Refuses a command whose first field is the target for want of a mark, when another field is the id of an aggregate
/// too: as items beside the implementation, and as statements of `scope`.
///
/// The types stand in no signature, so that they may be less visible than the command.
pub(super) fn check_target(
    generics: &Generics,
    Attributes { factum, fields, .. }: &Attributes,
) -> (TokenStream, TokenStream) {
    let (mut items, mut statements) = (TokenStream::new(), TokenStream::new());
    let Some(Target { ty: target, .. }) = &fields.target else { return (items, statements) };
    let site = Span::mixed_site();
    for Target { ty, .. } in &fields.rivals {
        let site = ty.span().resolved_at(site);
        let factum = &factum.at(site);
        let check = quote_spanned!(site=> #factum::one_target(#factum::Probe::<#target>::IS_ID, #factum::Probe::<#ty>::IS_ID));
        // Items know nothing of the parameters, and nothing of `Self`.
        if generics::depends(generics, quote!(#target #ty)) || generics::mentions_self(ty) {
            statements.extend(quote_spanned!(site=> const { #check };));
        } else {
            items.extend(quote_spanned!(site=> const _: () = #check;));
        }
    }
    if !fields.rivals.is_empty() {
        items.extend(quote_spanned! {site=>
            #[allow(unused_imports)]
            use #factum::NoId as _;
        });
    }
    (items, statements)
}

/// The events with one of the tags.
fn over_tags(ctxt: &Ctxt, attributes: &Attributes, decider: &Type) -> Option<TokenStream> {
    let Attributes { factum, fields, aggregate, .. } = attributes;
    let site = Span::mixed_site();
    let stream = match &fields.target {
        Some(target) => {
            let member = &target.member;
            let aggregate =
                aggregate.as_ref().map_or_else(|| aggregate_of(factum, target), ToTokens::to_token_stream);
            quote_spanned! {target.ty.span().resolved_at(site)=>
                <#aggregate as #factum::Aggregate>::stream(&self.#member)?
            }
        }
        None => {
            let category = category(ctxt, attributes, decider)?;
            let key = fields.key()?;
            let member = &key.member;
            quote_spanned! {key.site()=>
                #factum::StreamId::new(#category, &#factum::ToString::to_string(&self.#member))?
            }
        }
    };
    let tags = fields.tags.iter().map(|tag| tag.push(factum));
    Some(quote_spanned! {site=>
        let mut __tags = #factum::Vec::new();
        #(#tags)*
        #factum::Scope::tagged::<<Self as #factum::Command>::Decider>(__tags, #stream)
    })
}

/// The aggregate that the type of the target belongs to.
pub(super) fn aggregate_of(factum: &Factum, Target { ty, .. }: &Target) -> TokenStream {
    quote_spanned!(ty.span().resolved_at(Span::mixed_site())=> <#ty as #factum::AggregateId>::Aggregate)
}

/// The category of the stream that the events go to: by default what the decider is called.
fn category(ctxt: &Ctxt, Attributes { stream, .. }: &Attributes, decider: &Type) -> Option<String> {
    if let Some(stream) = stream {
        return Some(stream.clone());
    }
    let name = shape::last_name(decider).map(|name| name::snake_case(name.trim_start_matches("r#")));
    if name.is_none() {
        ctxt.error(decider, "this has no name to call a stream by: write `stream = \"enrolment\"` beside it");
    }
    name
}
