use crate::{
    attributes::{Helper, Slot, flag},
    ctxt::Ctxt,
    tag::{self, Count, Tagged},
};
use syn::{Ident, Member, Type, ext::IdentExt as _};

const HELPER: Helper = Helper { name: "command", on: "a field", keys: &["target", "tag", "tag = \"…\""] };

/// What the fields of a command are marked as.
#[derive(Default)]
pub(super) struct Fields {
    /// The field with the id of an aggregate.
    pub(super) target: Option<Target>,
    /// Where the target is not marked, the fields that it could be as well.
    pub(super) rivals: Vec<Target>,
    /// The tags that it is decided over, without those that are errors.
    pub(super) tags: Vec<Tagged>,
    /// How many fields are marked as tags.
    pub(super) marked: usize,
    /// The first mark of a tag.
    pub(super) first_tag: Option<Ident>,
    /// All fields.
    all: Vec<Target>,
    /// All fields, as a message calls them.
    pub(super) names: Vec<String>,
}

/// A field that has, or may have, the aggregate's id.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) member: Member,
    pub(super) ty: Type,
}

/// Reads the marks.
pub(super) fn read(ctxt: &Ctxt, of: &syn::Fields) -> Fields {
    let mut fields =
        Fields { names: of.members().map(|member| printed(&member)).collect(), ..Fields::default() };
    for (field, member) in of.iter().zip(of.members()) {
        let (mut target, mut name) = (Slot::default(), Slot::default());
        HELPER.read(ctxt, &field.attrs, |key, input| match key.to_string().as_str() {
            "target" => target.fill(key, flag(key, input)),
            "tag" => name.fill(key, tag::name(key, input, &member)),
            _ => Err(HELPER.unknown(key)),
        });
        if let Some(key) = name.key() {
            fields.marked += 1;
            fields.first_tag.get_or_insert_with(|| key.clone());
        }
        if let Some(name) = name.into_value() {
            fields.tags.push(Tagged { name, member: member.clone(), ty: field.ty.clone() });
        }
        let this = Target { member, ty: field.ty.clone() };
        fields.all.push(this.clone());
        match (target.key(), &fields.target) {
            (Some(_), Some(first)) => {
                let first = printed(&first.member);
                ctxt.error(
                    field,
                    format!("a command has one target, and `{first}` is marked already; remove one"),
                );
            }
            (Some(_), None) => fields.target = Some(this),
            (None, _) => {}
        }
    }
    fields
}

impl Fields {
    /// Without a mark, the first field is the target.
    pub(super) fn first_is_target(&mut self) {
        if self.target.is_none() && self.first_tag.is_none() && !self.all.is_empty() {
            self.rivals = self.all.split_off(1);
            self.target = self.all.pop();
        }
    }

    /// The first tag that is always there: its value is the key of the stream that the events go to.
    pub(super) fn key(&self) -> Option<&Tagged> {
        self.tags.iter().find(|tag| tag.count() == Count::One)
    }

    /// Their names, for a message.
    pub(super) fn listed(&self) -> String {
        self.names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    }
}

fn printed(member: &Member) -> String {
    match member {
        Member::Named(field) => field.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}
