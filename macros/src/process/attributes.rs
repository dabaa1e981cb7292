use super::keys::Keying;
use crate::{
    attributes::{Factum, Helper, Slot, Upcast, group, list, value, version},
    ctxt::Ctxt,
    enumeration, name,
};
use quote::ToTokens as _;
use syn::{
    DeriveInput, Ident, LitInt, LitStr, Path, Type, ext::IdentExt as _, parse::ParseStream, token::Paren,
};

const COMMANDS: &str = "commands(Reserve, Ship)";
const REJECTED: &str = "rejected(Reserve)";
const STARTS: &str = "starts(Placed)";
const UPCAST: &str = "upcast(1 = OrderV1)";

const HELPER: Helper = Helper {
    name: "process",
    on: "a struct",
    keys: &[
        "name = \"…\"",
        "key = OrderId",
        "key(order)",
        "events(Placed, Paid)",
        "event = OrderProcessEvent",
        "derive(Debug)",
        STARTS,
        COMMANDS,
        REJECTED,
        "version = 2",
        UPCAST,
        "crate = \"…\"",
    ],
};

/// What the attributes of a process say.
pub(super) struct Attributes {
    pub(super) factum: Factum,
    pub(super) name: String,
    pub(super) version: u32,
    pub(super) upcasts: Vec<Upcast>,
    pub(super) key: Option<Type>,
    pub(super) keyings: Vec<Keying>,
    /// `None` if any event starts it.
    pub(super) starts: Option<Vec<Path>>,
    pub(super) commands: Vec<Path>,
    /// Those of the commands of which it hears when they are rejected.
    pub(super) rejected: Vec<Path>,
    pub(super) events: enumeration::Attributes,
}

impl Attributes {
    pub(super) fn read(ctxt: &Ctxt, input: &DeriveInput) -> Self {
        let (mut factum, mut name, mut number) = (Slot::default(), Slot::default(), Slot::default());
        let (mut key_type, mut upcasts) = (Slot::<Type>::default(), Slot::default());
        let (mut starts, mut commands, mut rejected) = (Slot::default(), Slot::default(), Slot::default());
        let (mut keyings, mut events) = (Vec::new(), enumeration::Attributes::default());
        HELPER.read(ctxt, &input.attrs, |key, input| match key.to_string().as_str() {
            "name" => name.fill(
                key,
                value::<LitStr>(key, input, "name = \"order\"").and_then(|name| name::process(&name)),
            ),
            "key" if input.peek(Paren) => {
                keyings.push(Keying::read(ctxt, key, input)?);
                Ok(())
            }
            "key" => key_type.fill(key, value(key, input, "key = OrderId")),
            "starts" => starts.fill(key, paths(ctxt, key, input, STARTS, "events")),
            "commands" => commands.fill(key, paths(ctxt, key, input, COMMANDS, "commands")),
            "rejected" => rejected.fill(key, paths(ctxt, key, input, REJECTED, "commands")),
            "version" => number
                .fill(key, value::<LitInt>(key, input, "version = 2").and_then(|number| version(&number))),
            "upcast" => upcasts.fill(key, Upcast::read(ctxt, key, input, UPCAST)),
            "crate" => factum.fill(key, Factum::parse(key, input)),
            _ => events.take(ctxt, key, input).unwrap_or_else(|| Err(HELPER.unknown(key))),
        });

        let default = name::snake_case(&input.ident.unraw().to_string());
        if name.key().is_none() && !name::is_process(&default) {
            ctxt.error(
                &input.ident,
                format!(
                    "`{default}` cannot be the name of a process; give it one: `#[process(name = \"order\")]`"
                ),
            );
        }
        if let (Some(key), false) = (events.event_key(), events.is_listed()) {
            ctxt.error(key, "a process lists its events: write `events(Placed, Paid)` beside it");
        }
        let upcasts: Vec<Upcast> = upcasts.into_value().unwrap_or_default();
        if number.is_right() {
            Upcast::check(ctxt, &upcasts, number.value().copied());
        }
        let commands: Vec<Path> = commands.into_value().unwrap_or_default();
        twice(ctxt, &commands, "command");
        let rejected: Vec<Path> = rejected.into_value().unwrap_or_default();
        twice(ctxt, &rejected, "command");
        for stranger in rejected.iter().filter(|path| !commands.iter().any(|command| is_same(command, path)))
        {
            let written = printed(stranger);
            ctxt.error(
                stranger,
                format!("`{written}` is none of its commands: write `commands({written})` too"),
            );
        }
        Self {
            factum: factum.into_value().unwrap_or_default(),
            name: name.into_value().unwrap_or(default),
            version: number.into_value().unwrap_or(1),
            upcasts,
            key: key_type.into_value(),
            keyings,
            starts: starts.into_value(),
            commands,
            rejected,
            events,
        }
    }

    /// Whether it hears when this command is rejected.
    pub(super) fn hears(&self, command: &Path) -> bool {
        self.rejected.iter().any(|heard| is_same(heard, command))
    }
}

/// Reads a list of types.
fn paths(
    ctxt: &Ctxt,
    key: &Ident,
    input: ParseStream<'_>,
    example: &str,
    what: &str,
) -> syn::Result<Vec<Path>> {
    let content = group(key, input, example)?;
    if content.is_empty() {
        return Err(syn::Error::new(key.span(), format!("name at least one, or leave it out: `{example}`")));
    }
    Ok(list(ctxt, &content, |input| {
        input.parse().map_err(|error: syn::Error| {
            syn::Error::new(error.span(), format!("{what} are named by their types: `{example}`"))
        })
    }))
}

fn twice(ctxt: &Ctxt, paths: &[Path], what: &str) {
    for (i, path) in paths.iter().enumerate() {
        if paths[..i].iter().any(|earlier| is_same(earlier, path)) {
            ctxt.error(path, format!("the {what} `{}` is listed twice; remove one", printed(path)));
        }
    }
}

pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    one.to_token_stream().to_string() == other.to_token_stream().to_string()
}

pub(super) fn printed(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}
