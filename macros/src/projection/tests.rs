use super::expand;
use crate::ctxt::messages;
use syn::parse_quote;

#[test]
fn every_mistake_is_reported_at_once() {
    let found = messages(
        expand,
        &parse_quote! {
            #[projection(name = "Balances", version = 0, key = AccountId, categories("a-b", account, ""), table = "x")]
            struct Balances;
        },
    );
    assert_eq!(
        found,
        [
            "the name of a projection has only `a` to `z`, `0` to `9` and `_`, begins with a letter, and has at most 48 bytes; write one such as `\"balances\"`",
            "versions are counted from 1; write `1` or more",
            "a category has no `-`, which separates it from the key of a stream; write `\"a_b\"`",
            "a category is a text: `categories(\"account\")`",
            "a category cannot be empty; write one such as `\"account\"`",
            "`#[projection(…)]` on a struct has no key `table`; it takes `name = \"…\"`, `version = 2`, \
             `events(Opened, Deposited)`, `event = BalancesEvent`, `derive(Debug)`, `categories(\"account\")`, \
             `key = AccountId`, `document = Balance`, `crate = \"…\"`",
            "`key` is the key of a document: give the struct the fields of one, or say which: `document = Balance`",
            "say which events it is made from: `events(Opened, Deposited)`, or `event = …` with an enum of your own",
        ]
    );
}

#[test]
fn a_name_that_cannot_be_derived_is_asked_for() {
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                #[projection(events(Opened))]
                struct Größen;
            )
        ),
        ["`größen` cannot be the name of a projection; give it one: `#[projection(name = \"balances\")]`"]
    );
    assert!(
        messages(
            expand,
            &parse_quote!(
                #[projection(events(Opened), name = "sizes")]
                struct Größen;
            )
        )
        .is_empty()
    );
}

#[test]
fn a_list_of_categories_is_not_empty() {
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                #[projection(events(Opened), categories())]
                struct Balances;
            )
        ),
        ["name at least one category: `categories(\"account\")`"]
    );
}

#[test]
fn a_projection_is_a_struct_and_a_generic_one_has_a_name() {
    let attributes = quote::quote!( #[projection(events(Opened))] );
    assert_eq!(
        messages(expand, &parse_quote!( #attributes enum Balances { A } )),
        ["`#[derive(Projection)]` stands on a struct; write `struct Balances;`"]
    );
    assert_eq!(
        messages(expand, &parse_quote!( #attributes struct Balances<S>(S); )),
        [
            "`Balances` is generic, and its read model is kept under one name: say which, `#[projection(name = \"…\")]`, or \
             give each instance its own by a constant of a parameter, `#[projection(name = T::NAME)]`"
        ]
    );
}
