use super::attributes::Attributes;
use crate::attributes::Upcast;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned as _;

/// `Event::decode`: older versions through their own types, newer ones refused.
///
/// The present version is read by a generic function, which may rely on the codec: that the codec does not fit is an
/// error of `type Codec` already.
pub(super) fn expand(attributes: &Attributes, codec: &TokenStream) -> TokenStream {
    let Attributes { factum, version, upcasts, .. } = attributes;
    let site = Span::mixed_site();
    let older = upcasts.iter().map(|Upcast { version, from, .. }| {
        let site = from.span().resolved_at(site);
        let factum = &factum.at(site);
        let read = match attributes.codec {
            Some(_) => quote_spanned!(site=> <#codec as #factum::Codec<#from>>::decode),
            // Not through `Codec`: an old shape is never written again, so it need not be `Serialize`.
            None => quote_spanned!(site=> #factum::Json::read::<#from>),
        };
        quote_spanned! {site=>
            #version => match #read(__payload) {
                #factum::Ok(__old) => #factum::Ok(<Self as #factum::From<#from>>::from(__old)),
                #factum::Err(__error) => #factum::Err(__error),
            },
        }
    });
    quote_spanned! {site=>
        fn decode(
            __version: ::core::primitive::u32,
            __payload: &[::core::primitive::u8],
        ) -> #factum::Result<Self, #factum::CodecError> {
            fn __present<__E: #factum::Event>(
                __payload: &[::core::primitive::u8],
            ) -> #factum::Result<__E, #factum::CodecError> {
                <__E::Codec as #factum::Codec<__E>>::decode(__payload)
            }

            match __version {
                #(#older)*
                __newer if __newer > #version => #factum::Err(#factum::CodecError::newer(__newer, #version)),
                _ => __present(__payload),
            }
        }
    }
}
