//! Reading `#[helper(key = value, key(…), key)]`.

mod carried;
mod factum;
mod helper;
mod list;
mod slot;
mod text;
mod value;

pub(crate) use self::{
    carried::{implementations, lints},
    factum::Factum,
    helper::Helper,
    list::list,
    slot::Slot,
    text::Text,
    value::{flag, group, value, version},
};
