use super::expand;
use crate::ctxt::messages;
use syn::{DeriveInput, parse_quote};

#[test]
fn an_id_is_a_newtype() {
    let wrong: [DeriveInput; 6] = [
        parse_quote!(
            struct AccountId {
                inner: String,
            }
        ),
        parse_quote!(
            struct AccountId(String, u32);
        ),
        parse_quote!(
            struct AccountId;
        ),
        parse_quote!(
            struct AccountId();
        ),
        parse_quote!(
            enum AccountId {
                Number(u32),
            }
        ),
        parse_quote!( union AccountId { number: u32 } ),
    ];
    for input in wrong {
        assert_eq!(
            messages(expand, &input),
            ["an id is a struct around one value: write `struct AccountId(String);`"]
        );
    }
}

#[test]
fn every_mistake_is_reported_at_once() {
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                #[id(prefix = "acc")]
                struct AccountId<'a>(#[id(skip)] &'a str, u32);
            )
        ),
        [
            "`#[id(…)]` on a struct has no key `prefix`; it takes `crate = \"…\"`",
            "`AccountId` is kept and sent between threads, and cannot borrow for `'a`; own the value: `String` for `&str`, `Vec<T>` for \
             `&[T]`",
            "`#[id(…)]` has no meaning on a field; remove it",
            "an id is a struct around one value: write `struct AccountId(String);`",
        ]
    );
}
