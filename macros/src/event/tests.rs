use super::expand;
use crate::ctxt::{Ctxt, messages};
use syn::parse_quote;

#[test]
fn every_mistake_of_a_struct_is_reported_at_once() {
    let found = messages(
        expand,
        &parse_quote! {
            #[event(name = "", version = 0, colour = "red", codec)]
            #[event(name = "again", upcast(1 = V1, one = V1, 1 = V2, 0 = V0) crate = "1")]
            struct Opened {
                #[event(tag = "a\u{0}")]
                owner: String,
                #[event(tag, name = "x")]
                branch: String,
            }
        },
    );
    assert_eq!(
        found,
        [
            "the name of an event cannot be empty; write one such as `\"account.opened\"`",
            "versions are counted from 1; write `1` or more",
            "`#[event(…)]` on a struct has no key `colour`; it takes `name = \"…\"`, `version = 2`, \
             `upcast(1 = OpenedV1)`, `topic = \"…\"`, `codec = MyCodec`, `crate = \"…\"`",
            "`codec` needs a value: write `codec = MyCodec`",
            "`name` is given twice; remove one",
            "write `upcast(1 = OpenedV1)`: a version and the type that it had",
            "versions are counted from 1; write `1` or more",
            "expected `,`",
            "the name of a tag has no control characters, this has '\\0'; write one such as `\"branch\"`",
            "`#[event(…)]` on a field has no key `name`; it takes `tag`, `tag = \"…\"`",
        ]
    );
}

#[test]
fn upcasts_are_of_earlier_versions_and_once_each() {
    let found = messages(
        expand,
        &parse_quote! {
            #[event(upcast(1 = V1, 2 = V2, 3 = V3, 1 = V1), version = 3)]
            struct Opened;
        },
    );
    assert_eq!(
        found,
        [
            "only versions before the present one are upcast; write `version = 4` or more beside it",
            "version 1 is upcast twice; remove one",
        ]
    );
    let found = messages(
        expand,
        &parse_quote!(
            #[event(upcast(1 = V1))]
            struct Opened;
        ),
    );
    assert_eq!(
        found,
        ["only versions before the present one are upcast; write `version = 2` or more beside it"]
    );
}

#[test]
fn what_is_written_in_another_form_is_shown_in_the_right_one() {
    let found = |input| messages(expand, &input).join(" | ");
    assert_eq!(
        found(parse_quote!(
            #[event = "opened"]
            struct Opened;
        )),
        "write `#[event(…)]`, with `name = \"…\"`, `version = 2`, `upcast(1 = OpenedV1)`, `topic = \"…\"`, `codec = MyCodec`, `crate = \"…\"`"
    );
    assert_eq!(
        found(parse_quote!(
            #[event("opened")]
            struct Opened;
        )),
        "this is not a key; `#[event(…)]` on a struct takes `name = \"…\"`, `version = 2`, `upcast(1 = OpenedV1)`, `topic = \"…\"`, \
         `codec = MyCodec`, `crate = \"…\"`"
    );
    assert_eq!(
        found(parse_quote!(
            #[event(name = opened)]
            struct Opened;
        )),
        "write `name = \"account.opened\"`"
    );
    assert_eq!(
        found(parse_quote!(
            #[event(name =)]
            struct Opened;
        )),
        "`name` needs a value: write `name = \"account.opened\"`"
    );
    assert_eq!(
        found(parse_quote!(
            #[event(version = "2")]
            struct Opened;
        )),
        "write `version = 2`"
    );
    assert_eq!(
        found(parse_quote!(
            #[event(version = 5000000000)]
            struct Opened;
        )),
        "a version is a whole number from 1 to 4294967295"
    );
    assert_eq!(
        found(parse_quote!(
            #[event(upcast = V1)]
            struct Opened;
        )),
        "`upcast` takes a list: write `upcast(1 = OpenedV1)`"
    );
    assert_eq!(
        found(parse_quote!(
            #[event(crate = "a b")]
            struct Opened;
        )),
        "`a b` is not the path of a crate; write one such as `crate = \"my_crate::factum\"`"
    );
    assert_eq!(
        found(parse_quote!(
            struct Opened(#[event(tag)] String);
        )),
        "this field has no name to call the tag by: write `tag = \"branch\"`"
    );
    assert_eq!(
        found(parse_quote!(
            struct Opened(#[event(tag("a"))] String);
        )),
        "`tag` takes no value: write `tag`"
    );
    let long = "n".repeat(257);
    assert_eq!(
        found(parse_quote!(
            #[event(name = #long)]
            struct Opened;
        )),
        "the name of an event has at most 256 bytes, this has 257"
    );
}

#[test]
fn an_event_is_a_struct_that_borrows_nothing() {
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                #[event(name = "")]
                struct Changed<'a>(&'a str);
            )
        ),
        [
            "`Changed` is kept and sent between threads, and cannot borrow for `'a`; own the value: `String` for `&str`, `Vec<T>` for \
             `&[T]`",
            "the name of an event cannot be empty; write one such as `\"account.opened\"`",
        ]
    );
    assert_eq!(
        messages(expand, &parse_quote!( union Bits { a: u32 } )),
        ["`#[derive(Event)]` stands on a struct, or on an enum of such structs; write `struct Bits { … }`"]
    );
}

#[test]
fn each_variant_of_an_enum_holds_one_event() {
    let found = messages(
        expand,
        &parse_quote! {
            #[event(name = "x")]
            enum AccountEvent {
                Opened { owner: String },
                Closed,
                Moved(From, To),
                #[event(name = "y")]
                Good(Good),
                Again(Good),
                Tagged(#[event(tag)] Other),
            }
        },
    );
    assert_eq!(
        found,
        [
            "`#[event(…)]` on an enum has no key `name`; it takes `crate = \"…\"`",
            "a variant holds one event: move these fields to a `struct Opened` that derives `Event`, and write \
             `Opened(Opened)` here",
            "a variant holds one event: derive `Event` on `struct Closed;`, and write `Closed(Closed)` here",
            "a variant holds one event: move these fields to a `struct Moved` that derives `Event`, and write \
             `Moved(Moved)` here",
            "`#[event(…)]` has no meaning on a variant; remove it",
            "the event of `Again` is that of `Good` already; remove one",
            "`#[event(…)]` has no meaning on a field of a variant; remove it",
        ]
    );
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                enum Nothing {}
            )
        ),
        ["an enum of events has at least one: `Opened(Opened)`"]
    );
}

#[test]
fn an_enum_is_one_of_events_in_spite_of_errors() {
    let input = parse_quote!(
        enum AccountEvent {
            Opened(Opened),
            Closed,
        }
    );
    let code = expand(&Ctxt::default(), &input).to_string();
    assert!(code.contains("EventEnum for AccountEvent"), "{code}");
    assert!(code.contains("_ => :: core :: unreachable"), "the match has to be complete: {code}");
}

#[test]
fn a_generic_event_has_a_name() {
    let found = |input| messages(expand, &input).join(" | ");
    assert_eq!(
        found(parse_quote!(
            struct Changed<T>(T);
        )),
        "`Changed` is generic, and is stored under one name: say which, `#[event(name = \"…\")]`, or give each instance its \
         own by a constant of a parameter, `#[event(name = T::NAME)]`"
    );
    for name in [quote::quote!("changed"), quote::quote!(T::NAME), quote::quote!(<T as Named>::NAME)] {
        assert_eq!(
            found(parse_quote!(
                #[event(name = #name)]
                struct Changed<T>(T);
            )),
            ""
        );
    }
    assert_eq!(
        found(parse_quote!(
            #[event(name = 7)]
            struct Changed<const N: usize>;
        )),
        "write `name = \"account.opened\"`, or a constant of a parameter: `name = T::NAME`"
    );
}

#[test]
fn an_event_is_not_a_parameter() {
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                enum Any<E> {
                    Some(E),
                    Boxed(Wrapped<E>),
                }
            )
        ),
        [
            "an event is a struct that derives `Event`, and `E` may be anything; wrap it: `struct Changed<E>(E);`"
        ]
    );
}
