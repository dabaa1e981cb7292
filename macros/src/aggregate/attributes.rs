use crate::{
    attributes::{Factum, Helper, Slot, Text, flag, value},
    ctxt::Ctxt,
    enumeration, generics, name, shape,
};
use syn::{DeriveInput, LitStr, Type, ext::IdentExt as _};

const HELPER: Helper = Helper {
    name: "aggregate",
    on: "a struct",
    keys: &[
        "category = \"…\"",
        "id = AccountId",
        "events(Opened, Deposited)",
        "event = AccountEvent",
        "derive(Debug)",
        "shared_id",
        "crate = \"…\"",
    ],
};

/// Types that are nobody's id in particular. Most are foreign too, and no trait of ours could be implemented for them.
const SHARED: &[&str] = &[
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "bool", "char",
    "String", "Uuid",
];

/// What the attributes of an aggregate say.
pub(super) struct Attributes {
    pub(super) factum: Factum,
    pub(super) category: Text,
    pub(super) id: Option<Type>,
    /// Whether the id's type does not lead to this aggregate.
    pub(super) shares_id: bool,
    pub(super) events: enumeration::Attributes,
}

impl Attributes {
    pub(super) fn read(ctxt: &Ctxt, input: &DeriveInput) -> Self {
        let (mut factum, mut category, mut id, mut shared) =
            (Slot::default(), Slot::default(), Slot::<Type>::default(), Slot::default());
        let mut events = enumeration::Attributes::default();
        let generic = &input.generics;
        HELPER.read(ctxt, &input.attrs, |key, input| match key.to_string().as_str() {
            "category" => {
                category.fill(key, Text::parse(key, input, generic, "category = \"account\"", name::category))
            }
            "id" => id.fill(key, value(key, input, "id = AccountId")),
            "shared_id" => shared.fill(key, flag(key, input)),
            "crate" => factum.fill(key, Factum::parse(key, input)),
            _ => events.take(ctxt, key, input).unwrap_or_else(|| Err(HELPER.unknown(key))),
        });

        let ident = input.ident.unraw();
        let default = name::snake_case(&ident.to_string());
        if category.key().is_none() && generics::is_generic(generic) {
            ctxt.error(
                &ident,
                format!(
                    "`{ident}` is generic, and its streams are stored under one category: say which, \
                     `#[aggregate(category = \"{default}\")]`, or give each instance its own by a constant of a parameter, \
                     `#[aggregate(category = T::NAME)]`"
                ),
            );
        } else if category.key().is_none() {
            // What is wrong with it can only be its length.
            ctxt.ok(name::category(&LitStr::new(&default, ident.span())));
        }
        if id.key().is_none() {
            ctxt.error(&ident, format!("say what identifies it: `#[aggregate(id = {ident}Id, …)]`"));
        }
        let id = id.into_value();
        let nobodys =
            id.as_ref().and_then(shape::last_name).is_none_or(|name| SHARED.contains(&name.as_str()));
        Self {
            factum: factum.into_value().unwrap_or_default(),
            category: category.into_value().unwrap_or(Text::Written(default)),
            // Of an id that is the same for several instances, the instance cannot be told.
            shares_id: shared.key().is_some() || nobodys || !generics::determines(generic, &id),
            id,
            events,
        }
    }
}
