use super::{attributes::Attributes, fields::Target};
use crate::{attributes::Factum, ctxt::Ctxt, name, shape};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Type, spanned::Spanned as _};

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
