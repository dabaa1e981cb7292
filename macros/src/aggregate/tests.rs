use super::expand;
use crate::ctxt::messages;
use syn::parse_quote;

#[test]
fn every_mistake_is_reported_at_once() {
    let found = messages(
        expand,
        &parse_quote! {
            #[aggregate(category = "bank-account", key = "x", shared_id = true)]
            #[aggregate(events(Opened, "Closed", other::Opened, Opened), derive = Debug, event = some::Name)]
            struct Account;
        },
    );
    assert_eq!(
        found,
        [
            "a category has no `-`, which separates it from the key of a stream; write `\"bank_account\"`",
            "`#[aggregate(…)]` on a struct has no key `key`; it takes `category = \"…\"`, `id = AccountId`, \
             `events(Opened, Deposited)`, `event = AccountEvent`, `derive(Debug)`, `shared_id`, `crate = \"…\"`",
            "`shared_id` takes no value: write `shared_id`",
            "events are named by their types: `events(Opened, Deposited)`",
            "`derive` takes a list: write `derive(Debug, Clone)`",
            "say what identifies it: `#[aggregate(id = AccountId, …)]`",
            "the enum is generated beside `Account`, so it has a name and no path; write `event = AccountEvent`",
            "another event is called `Opened` here too; give this one a name of its own: `other::Opened as OtherOpened`",
            "the event `Opened` is listed twice; remove one",
        ]
    );
}

#[test]
fn what_is_missing_is_asked_for() {
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                struct SavingsAccount;
            )
        ),
        [
            "say what identifies it: `#[aggregate(id = SavingsAccountId, …)]`",
            "say which events it is made from: `events(Opened, Deposited)`, or `event = …` with an enum of your own",
        ]
    );
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                #[aggregate(id = WalletId, events(Opened))]
                struct Wallet<C>(C);
            )
        ),
        [
            "`Wallet` is generic, and its streams are stored under one category: say which, `#[aggregate(category = \"wallet\")]`, \
             or give each instance its own by a constant of a parameter, `#[aggregate(category = T::NAME)]`"
        ]
    );
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                #[aggregate(category = "a", id = u64, events())]
                struct Account;
            )
        ),
        ["name at least one event: `events(Opened, Deposited)`"]
    );
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                #[aggregate(category = "", id, events)]
                struct Account;
            )
        ),
        [
            "a category cannot be empty; write one such as `\"account\"`",
            "`id` needs a value: write `id = AccountId`",
            "`events` takes a list: write `events(Opened, Deposited)`",
        ]
    );
}

#[test]
fn derives_need_an_enum_that_is_generated() {
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                #[aggregate(category = "a", id = u64, event = Own, derive(Debug))]
                struct Account;
            )
        ),
        [
            "there is no enum to derive this for: write `events(Opened, Deposited)`, or derive it on your own enum"
        ]
    );
}

#[test]
fn an_alias_is_made_of_the_module() {
    let found = messages(
        expand,
        &parse_quote! {
            #[aggregate(category = "a", id = u64, events(Opened, crate::home_loan::Opened, self::Opened, Closed as Opened))]
            struct Account;
        },
    );
    let hints: Vec<_> = found.iter().filter_map(|message| message.split("its own: ").nth(1)).collect();
    assert_eq!(
        hints,
        [
            "`crate::home_loan::Opened as HomeLoanOpened`",
            "`self::Opened as OtherOpened`",
            "`Closed as OtherOpened`"
        ]
    );
}

#[test]
fn an_aggregate_is_a_struct_that_borrows_nothing() {
    let attributes = quote::quote!( #[aggregate(category = "a", id = u64, events(Opened))] );
    assert_eq!(
        messages(expand, &parse_quote!( #attributes enum Account { Open, Closed } )),
        [
            "`#[derive(Aggregate)]` stands on a struct; keep the alternatives in a field: `struct Account { status: Status }`"
        ]
    );
    assert_eq!(
        messages(expand, &parse_quote!( #attributes struct Account<'a>(&'a str); )),
        [
            "`Account` is kept and sent between threads, and cannot borrow for `'a`; own the value: `String` for `&str`, `Vec<T>` for \
             `&[T]`"
        ]
    );
}

#[test]
fn the_enum_is_generated_in_spite_of_errors() {
    let input = parse_quote!(
        #[aggregate(category = "", id = u64, events(Opened, 7))]
        pub struct Account;
    );
    let ctxt = crate::ctxt::Ctxt::default();
    let code = expand(&ctxt, &input).to_string();
    assert!(code.contains("pub enum AccountEvent"), "{code}");
    assert!(code.contains("Decider for Account"), "{code}");
}
