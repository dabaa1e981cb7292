//! Reading `#[helper(key = value, key(…), key)]`.

mod carried;
mod factum;
mod helper;
mod list;
mod slot;
mod text;
mod upcast;
mod value;

pub(crate) use self::{
    carried::{implementations, lints},
    factum::Factum,
    helper::Helper,
    list::list,
    slot::Slot,
    text::Text,
    upcast::Upcast,
    value::{flag, group, value, version},
};
