use crate::{
    attributes::{Factum, Helper, Slot, flag, value},
    ctxt::Ctxt,
};
use syn::{DeriveInput, Field, Fields, Member, Type, ext::IdentExt as _};

const ON_STRUCT: Helper =
    Helper { name: "command", on: "a struct", keys: &["aggregate = Account", "crate = \"…\""] };
const ON_FIELD: Helper = Helper { name: "command", on: "a field", keys: &["target"] };

/// What the attributes of a command say.
pub(super) struct Attributes {
    pub(super) factum: Factum,
    pub(super) aggregate: Option<Type>,
    pub(super) target: Option<Target>,
}

/// The field with the aggregate's id.
pub(super) struct Target {
    pub(super) member: Member,
    pub(super) ty: Type,
}

impl Attributes {
    pub(super) fn read(ctxt: &Ctxt, input: &DeriveInput, fields: Option<&Fields>) -> Self {
        let (mut factum, mut aggregate) = (Slot::default(), Slot::default());
        ON_STRUCT.read(ctxt, &input.attrs, |key, input| match key.to_string().as_str() {
            "aggregate" => aggregate.fill(key, value(key, input, "aggregate = Account")),
            "crate" => factum.fill(key, Factum::parse(key, input)),
            "target" => {
                Err(syn::Error::new(key.span(), "`#[command(target)]` stands on a field: the aggregate's id"))
            }
            _ => Err(ON_STRUCT.unknown(key)),
        });
        Self {
            factum: factum.into_value().unwrap_or_default(),
            aggregate: aggregate.into_value(),
            target: fields.and_then(|fields| target(ctxt, input, fields)),
        }
    }
}

fn target(ctxt: &Ctxt, input: &DeriveInput, fields: &Fields) -> Option<Target> {
    let mut target: Option<Target> = None;
    for (field, member) in fields.iter().zip(fields.members()) {
        if !is_target(ctxt, field) {
            continue;
        }
        match &target {
            None => target = Some(Target { member, ty: field.ty.clone() }),
            Some(first) => {
                let first = printed(&first.member);
                ctxt.error(
                    field,
                    format!("a command has one target, and `{first}` is marked already; remove one"),
                );
            }
        }
    }
    if target.is_none() {
        let names: Vec<String> = fields.members().map(|member| format!("`{}`", printed(&member))).collect();
        let message = match names.as_slice() {
            [] => "a command has a field with the aggregate's id: `#[command(target)] account: AccountId`"
                .to_owned(),
            [name] => format!("write `#[command(target)]` on {name}, if that is the aggregate's id"),
            _ => format!(
                "write `#[command(target)]` on the field with the aggregate's id: one of {}",
                names.join(", ")
            ),
        };
        ctxt.error(&input.ident, message);
    }
    target
}

fn is_target(ctxt: &Ctxt, field: &Field) -> bool {
    let mut target = Slot::default();
    ON_FIELD.read(ctxt, &field.attrs, |key, input| match key.to_string().as_str() {
        "target" => target.fill(key, flag(key, input)),
        _ => Err(ON_FIELD.unknown(key)),
    });
    target.key().is_some()
}

fn printed(member: &Member) -> String {
    match member {
        Member::Named(field) => field.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}
