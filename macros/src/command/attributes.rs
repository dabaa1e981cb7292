use super::fields::{self, Fields};
use crate::{
    attributes::{Factum, Helper, Slot, Text, flag, value},
    ctxt::Ctxt,
    name,
};
use syn::{DeriveInput, ExprPath, LitStr, Type, ext::IdentExt as _};

const HELPER: Helper = Helper {
    name: "command",
    on: "a struct",
    keys: &[
        "aggregate = Account",
        "decider = Enrolment",
        "stream = \"…\"",
        "name = \"…\"",
        "validate = Self::check",
        "undisturbed = Self::is_undisturbed",
        "last_writer",
        "crate = \"…\"",
    ],
};

/// What the attributes of a command say.
pub(super) struct Attributes {
    pub(super) factum: Factum,
    pub(super) name: Text,
    pub(super) aggregate: Option<Type>,
    pub(super) decider: Option<Type>,
    /// The category of the stream that the events of a decider go to.
    pub(super) stream: Option<String>,
    pub(super) validate: Option<ExprPath>,
    pub(super) undisturbed: Option<ExprPath>,
    pub(super) last_writer: bool,
    pub(super) fields: Fields,
}

impl Attributes {
    pub(super) fn read(ctxt: &Ctxt, input: &DeriveInput, fields: Option<&syn::Fields>) -> Self {
        let (mut factum, mut name, mut validate) =
            (Slot::default(), Slot::default(), Slot::<ExprPath>::default());
        let (mut undisturbed, mut last_writer) = (Slot::<ExprPath>::default(), Slot::default());
        let (mut aggregate, mut decider) = (Slot::<Type>::default(), Slot::<Type>::default());
        let mut stream = Slot::default();
        let generic = &input.generics;
        HELPER.read(ctxt, &input.attrs, |key, input| match key.to_string().as_str() {
            "aggregate" => aggregate.fill(key, value(key, input, "aggregate = Account")),
            "decider" => decider.fill(key, value(key, input, "decider = Enrolment")),
            "stream" => stream.fill(
                key,
                value::<LitStr>(key, input, "stream = \"enrolment\"").and_then(|name| name::category(&name)),
            ),
            "name" => {
                name.fill(key, Text::parse(key, input, generic, "name = \"account.open\"", name::command))
            }
            "validate" => validate.fill(key, value(key, input, "validate = Self::check")),
            "undisturbed" => undisturbed.fill(key, value(key, input, "undisturbed = Self::is_undisturbed")),
            "last_writer" => last_writer.fill(key, flag(key, input)),
            "crate" => factum.fill(key, Factum::parse(key, input)),
            "target" => {
                Err(syn::Error::new(key.span(), "`#[command(target)]` stands on a field: the aggregate's id"))
            }
            "tag" => Err(syn::Error::new(
                key.span(),
                "`#[command(tag)]` stands on a field: what the decision is about",
            )),
            _ => Err(HELPER.unknown(key)),
        });
        let mut fields = fields.map(|fields| fields::read(ctxt, fields)).unwrap_or_default();
        let keys = Keys { aggregate: &aggregate, decider: &decider, stream: &stream };
        keys.check(ctxt, input, &fields);
        if let (Some(_), Some(last_writer)) = (undisturbed.key(), last_writer.key()) {
            ctxt.error(
                last_writer,
                "who is disturbed by nothing need not ask what disturbs; remove `undisturbed` or this",
            );
        }
        if aggregate.key().is_none() && decider.key().is_none() {
            fields.first_is_target();
        }
        Self {
            factum: factum.into_value().unwrap_or_default(),
            name: name.into_value().unwrap_or_else(|| Text::Written(input.ident.unraw().to_string())),
            aggregate: aggregate.into_value(),
            decider: decider.into_value(),
            stream: stream.into_value(),
            validate: validate.into_value(),
            undisturbed: undisturbed.into_value(),
            last_writer: last_writer.key().is_some(),
            fields,
        }
    }
}

/// The keys that say what a command is decided on, and where its events go.
struct Keys<'a> {
    aggregate: &'a Slot<Type>,
    decider: &'a Slot<Type>,
    stream: &'a Slot<String>,
}

impl Keys<'_> {
    /// Whether they go together, and with the marks on the fields.
    fn check(&self, ctxt: &Ctxt, input: &DeriveInput, fields: &Fields) {
        match self.decider.key() {
            Some(decider) => self.check_tags(ctxt, input, decider, fields),
            None => {
                self.check_target(ctxt, input, fields);
                if let Some(stream) = self.stream.key() {
                    ctxt.error(
                        stream,
                        "the events of an aggregate go to its own stream; `stream` belongs to a command with a `decider`",
                    );
                }
            }
        }
    }

    /// Of a command that an aggregate decides.
    fn check_target(&self, ctxt: &Ctxt, input: &DeriveInput, fields: &Fields) {
        if let Some(tag) = &fields.first_tag {
            ctxt.error(
                tag,
                "say who decides over the events with this tag: write `#[command(decider = Enrolment)]` on the struct, or \
                 remove the tag",
            );
        } else if fields.names.is_empty() {
            ctxt.error(&input.ident, "a command has a field with the aggregate's id: `account: AccountId`");
        } else if let (Some(aggregate), None) = (self.aggregate.key(), &fields.target) {
            // The id may be of a type that says nothing, a `u64`: then the first field would be a guess.
            let message = match fields.names.as_slice() {
                [name] => {
                    format!("write `#[command(target)]` on `{name}`, if that is the id of this aggregate")
                }
                _ => format!(
                    "write `#[command(target)]` on the field with the id of this aggregate: one of {}",
                    fields.listed()
                ),
            };
            ctxt.error(aggregate, message);
        }
    }

    /// Of a command that is decided over tags.
    fn check_tags(&self, ctxt: &Ctxt, input: &DeriveInput, decider: &syn::Ident, fields: &Fields) {
        if fields.first_tag.is_none() {
            let message = match fields.names.as_slice() {
                [] => "a `decider` decides over tags: give the command a field with one, `#[command(tag)] course: CourseId`"
                    .to_owned(),
                [name] => format!("a `decider` decides over tags: write `#[command(tag)]` on `{name}`"),
                _ => format!(
                    "a `decider` decides over tags: write `#[command(tag)]` on the fields that say which: some of {}",
                    fields.listed()
                ),
            };
            ctxt.error(decider, message);
        } else if fields.target.is_none() && fields.key().is_none() && fields.tags.len() == fields.marked {
            ctxt.error(
                &input.ident,
                "each of its tags may be missing, so none can be the key of the stream that its events go to: write \
                 `#[command(target)]` on a field with the id of an aggregate, or tag a field that is always there",
            );
        }
        if let (Some(stream), Some(_)) = (self.stream.key(), &fields.target) {
            ctxt.error(
                stream,
                "its events go to the stream of the target already; remove `stream` or `target`",
            );
        }
        if let (Some(aggregate), None) = (self.aggregate.key(), &fields.target) {
            ctxt.error(
                aggregate,
                "beside a `decider`, `aggregate` says whose id the target is; write `#[command(target)]` on a field, or \
                 remove it",
            );
        }
    }
}
