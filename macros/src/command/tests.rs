use super::expand;
use crate::ctxt::messages;
use syn::parse_quote;

#[test]
fn a_command_has_one_target() {
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                struct Withdraw {
                    account: AccountId,
                    amount: u64,
                }
            )
        ),
        ["write `#[command(target)]` on the field with the aggregate's id: one of `account`, `amount`"]
    );
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                struct Close(AccountId);
            )
        ),
        ["write `#[command(target)]` on `0`, if that is the aggregate's id"]
    );
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                struct Close;
            )
        ),
        ["a command has a field with the aggregate's id: `#[command(target)] account: AccountId`"]
    );
    assert_eq!(
        messages(
            expand,
            &parse_quote! {
                struct Transfer { #[command(target)] from: AccountId, #[command(target)] to: AccountId }
            }
        ),
        ["a command has one target, and `from` is marked already; remove one"]
    );
}

#[test]
fn every_mistake_is_reported_at_once() {
    let found = messages(
        expand,
        &parse_quote! {
            #[command(target, aggregate, stream = "x")]
            struct Withdraw<T> {
                #[command(target, target)]
                account: AccountId,
                #[command(amount)]
                amount: T,
            }
        },
    );
    assert_eq!(
        found,
        [
            "`Withdraw` is generic: a derived command has no parameters; implement `Command` for it by hand",
            "`#[command(target)]` stands on a field: the aggregate's id",
            "`aggregate` needs a value: write `aggregate = Account`",
            "`#[command(…)]` on a struct has no key `stream`; it takes `aggregate = Account`, `crate = \"…\"`",
            "`target` is given twice; remove one",
            "`#[command(…)]` on a field has no key `amount`; it takes `target`",
        ]
    );
}

#[test]
fn a_command_is_a_struct() {
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                enum Command {
                    Open,
                }
            )
        ),
        ["`#[derive(Command)]` stands on a struct; write a struct for each command"]
    );
}
