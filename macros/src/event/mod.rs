//! `#[derive(Event)]`.

mod attributes;
mod decode;
mod enum_;
mod struct_;
mod tags;
#[cfg(test)]
mod tests;

use crate::{ctxt::Ctxt, shape};
use proc_macro2::TokenStream;
use syn::{Data, DeriveInput};

pub(crate) fn expand(ctxt: &Ctxt, input: &DeriveInput) -> TokenStream {
    let owned = shape::is_owned(ctxt, input);
    let code = match &input.data {
        Data::Struct(data) => struct_::expand(ctxt, input, &data.fields),
        Data::Enum(data) => enum_::expand(ctxt, input, data),
        Data::Union(_) => {
            ctxt.error(&input.ident, format!(
                    "`#[derive(Event)]` stands on a struct, or on an enum of such structs; write `struct {} {{ … }}`",
                    input.ident
                ));
            TokenStream::new()
        }
    };
    if owned { code } else { TokenStream::new() }
}
