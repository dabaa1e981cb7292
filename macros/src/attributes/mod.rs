//! Reading `#[helper(key = value, key(…), key)]`.

mod factum;
mod helper;
mod list;
mod slot;
mod value;

pub(crate) use self::{
    factum::Factum,
    helper::Helper,
    list::list,
    slot::Slot,
    value::{flag, group, value, version},
};
