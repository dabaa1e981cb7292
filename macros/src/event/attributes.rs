use crate::{
    attributes::{Factum, Helper, Slot, Text, Upcast, value, version},
    ctxt::Ctxt,
    generics, name,
};
use syn::{DeriveInput, LitInt, LitStr, Type, ext::IdentExt as _};

const UPCAST: &str = "upcast(1 = OpenedV1)";

const HELPER: Helper = Helper {
    name: "event",
    on: "a struct",
    keys: &["name = \"…\"", "version = 2", UPCAST, "topic = \"…\"", "codec = MyCodec", "crate = \"…\""],
};

/// What the attributes of an event struct say.
pub(super) struct Attributes {
    pub(super) factum: Factum,
    pub(super) name: Text,
    pub(super) version: u32,
    pub(super) upcasts: Vec<Upcast>,
    pub(super) topic: Option<LitStr>,
    pub(super) codec: Option<Type>,
}

impl Attributes {
    pub(super) fn read(ctxt: &Ctxt, input: &DeriveInput) -> Self {
        let (mut factum, mut name, mut number) = (Slot::default(), Slot::default(), Slot::default());
        let (mut upcasts, mut topic, mut codec) = (Slot::default(), Slot::default(), Slot::default());
        let generic = &input.generics;
        HELPER.read(ctxt, &input.attrs, |key, input| match key.to_string().as_str() {
            "name" => name
                .fill(key, Text::parse(key, input, generic, "name = \"account.opened\"", name::event_type)),
            "version" => number
                .fill(key, value::<LitInt>(key, input, "version = 2").and_then(|number| version(&number))),
            "upcast" => upcasts.fill(key, Upcast::read(ctxt, key, input, UPCAST)),
            "topic" => topic.fill(
                key,
                value::<LitStr>(key, input, "topic = \"payments.{key}.made\"").and_then(name::topic),
            ),
            "codec" => codec.fill(key, value(key, input, "codec = MyCodec")),
            "crate" => factum.fill(key, Factum::parse(key, input)),
            _ => Err(HELPER.unknown(key)),
        });
        if name.key().is_none() && generics::is_generic(generic) {
            let ident = &input.ident;
            ctxt.error(
                ident,
                format!(
                    "`{ident}` is generic, and is stored under one name: say which, `#[event(name = \"…\")]`, or give each \
                     instance its own by a constant of a parameter, `#[event(name = T::NAME)]`"
                ),
            );
        }
        let upcasts: Vec<Upcast> = upcasts.into_value().unwrap_or_default();
        // A version that is given and wrong says nothing about the upcasts.
        if number.is_right() {
            Upcast::check(ctxt, &upcasts, number.value().copied());
        }
        Self {
            factum: factum.into_value().unwrap_or_default(),
            name: name.into_value().unwrap_or_else(|| Text::Written(input.ident.unraw().to_string())),
            version: number.into_value().unwrap_or(1),
            upcasts,
            topic: topic.into_value(),
            codec: codec.into_value(),
        }
    }
}
