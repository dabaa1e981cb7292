use crate::{
    attributes::{Factum, Helper, Slot, Text, group, list, value, version},
    ctxt::Ctxt,
    enumeration, generics, name, shape,
};
use syn::{DeriveInput, Ident, LitInt, LitStr, Type, ext::IdentExt as _, parse::ParseStream};

const CATEGORIES: &str = "categories(\"account\")";

const HELPER: Helper = Helper {
    name: "projection",
    on: "a struct",
    keys: &[
        "name = \"…\"",
        "version = 2",
        "events(Opened, Deposited)",
        "event = BalancesEvent",
        "derive(Debug)",
        CATEGORIES,
        "key = AccountId",
        "document = Balance",
        "crate = \"…\"",
    ],
};

/// What the attributes of a projection say.
pub(super) struct Attributes {
    pub(super) factum: Factum,
    pub(super) name: Text,
    pub(super) version: u32,
    pub(super) categories: Vec<String>,
    pub(super) document: Option<Document>,
    pub(super) events: enumeration::Attributes,
}

/// What makes it a view.
pub(super) struct Document {
    pub(super) key: Option<Type>,
    /// `None` if the struct is the document itself.
    pub(super) document: Option<Type>,
}

impl Attributes {
    pub(super) fn read(ctxt: &Ctxt, input: &DeriveInput) -> Self {
        let (mut factum, mut name, mut number) = (Slot::default(), Slot::default(), Slot::default());
        let (mut categories, mut document, mut key_type) =
            (Slot::default(), Slot::default(), Slot::<Type>::default());
        let mut events = enumeration::Attributes::default();
        let generic = &input.generics;
        HELPER.read(ctxt, &input.attrs, |key, input| match key.to_string().as_str() {
            "name" => {
                name.fill(key, Text::parse(key, input, generic, "name = \"balances\"", name::projection))
            }
            "version" => number
                .fill(key, value::<LitInt>(key, input, "version = 2").and_then(|number| version(&number))),
            "categories" => categories.fill(key, read_categories(ctxt, key, input)),
            "document" => document.fill(key, value(key, input, "document = Balance")),
            "key" => key_type.fill(key, value(key, input, "key = AccountId")),
            "crate" => factum.fill(key, Factum::parse(key, input)),
            _ => events.take(ctxt, key, input).unwrap_or_else(|| Err(HELPER.unknown(key))),
        });

        let default = name::snake_case(&input.ident.unraw().to_string());
        if name.key().is_none() && generics::is_generic(generic) {
            let ident = &input.ident;
            ctxt.error(
                ident,
                format!(
                    "`{ident}` is generic, and its read model is kept under one name: say which, `#[projection(name = \"…\")]`, \
                     or give each instance its own by a constant of a parameter, `#[projection(name = T::NAME)]`"
                ),
            );
        } else if name.key().is_none() && !name::is_projection(&default) {
            ctxt.error(
                &input.ident,
                format!("`{default}` cannot be the name of a projection; give it one: `#[projection(name = \"balances\")]`"),
            );
        }
        let mut is_document = document.key().is_none() && key_type.key().is_some();
        if let (Some(key), true) = (key_type.key(), is_document && shape::is_empty(input)) {
            ctxt.error(
                key,
                "`key` is the key of a document: give the struct the fields of one, or say which: `document = Balance`",
            );
            is_document = false;
        }
        Self {
            factum: factum.into_value().unwrap_or_default(),
            name: name.into_value().unwrap_or(Text::Written(default)),
            version: number.into_value().unwrap_or(1),
            categories: categories.into_value().unwrap_or_default(),
            document: (is_document || document.key().is_some())
                .then(|| Document { key: key_type.into_value(), document: document.into_value() }),
            events,
        }
    }
}

fn read_categories(ctxt: &Ctxt, key: &Ident, input: ParseStream<'_>) -> syn::Result<Vec<String>> {
    let content = group(key, input, CATEGORIES)?;
    if content.is_empty() {
        return Err(syn::Error::new(key.span(), format!("name at least one category: `{CATEGORIES}`")));
    }
    Ok(list(ctxt, &content, |input| {
        let literal: LitStr = input.parse().map_err(|error| {
            syn::Error::new(error.span(), format!("a category is a text: `{CATEGORIES}`"))
        })?;
        name::category(&literal)
    }))
}
