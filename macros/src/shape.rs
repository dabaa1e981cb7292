//! What a derive may stand on.

use crate::ctxt::Ctxt;
use syn::{Data, DeriveInput, Fields, Type};

/// The fields of a struct; anything else is an error, whose message ends with `instead`.
pub(crate) fn fields<'a>(
    ctxt: &Ctxt,
    input: &'a DeriveInput,
    derive: &str,
    instead: &str,
) -> Option<&'a Fields> {
    if let Data::Struct(data) = &input.data {
        return Some(&data.fields);
    }
    ctxt.error(&input.ident, format!("`#[derive({derive})]` stands on a struct; {instead}"));
    None
}

/// Whether it is a struct without fields.
pub(crate) fn is_empty(input: &DeriveInput) -> bool {
    matches!(&input.data, Data::Struct(data) if data.fields.is_empty())
}

/// Whether it has no lifetimes; each of them is an error.
pub(crate) fn is_owned(ctxt: &Ctxt, input: &DeriveInput) -> bool {
    for parameter in input.generics.lifetimes() {
        let lifetime = &parameter.lifetime;
        ctxt.error(
            lifetime,
            format!(
                "`{}` is kept and sent between threads, and cannot borrow for `{lifetime}`; own the value: `String` for \
                 `&str`, `Vec<T>` for `&[T]`",
                input.ident
            ),
        );
    }
    input.generics.lifetimes().next().is_none()
}

/// The last name in the path of a type: `Uuid` of `uuid::Uuid`.
pub(crate) fn last_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        Type::Group(group) => last_name(&group.elem),
        Type::Paren(paren) => last_name(&paren.elem),
        _ => None,
    }
}
