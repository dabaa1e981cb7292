use super::expand;
use crate::ctxt::messages;
use syn::parse_quote;

#[test]
fn a_command_has_one_target() {
    let found = |input| messages(expand, &input);
    assert!(
        found(parse_quote!(
            struct Withdraw {
                account: AccountId,
                amount: u64,
            }
        ))
        .is_empty()
    );
    assert_eq!(
        found(parse_quote!(
            #[command(aggregate = Account)]
            struct Withdraw {
                account: u64,
                amount: u64,
            }
        )),
        ["write `#[command(target)]` on the field with the id of this aggregate: one of `account`, `amount`"]
    );
    assert_eq!(
        found(parse_quote!(
            #[command(aggregate = Account)]
            struct Close(u64);
        )),
        ["write `#[command(target)]` on `0`, if that is the id of this aggregate"]
    );
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                struct Close;
            )
        ),
        ["a command has a field with the aggregate's id: `account: AccountId`"]
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
            #[command(target, tag, aggregate, name = "", validate = 1, stream = "a-b", category = "x")]
            struct Withdraw<'a> {
                #[command(target, target)]
                account: AccountId,
                #[command(amount)]
                amount: &'a u64,
            }
        },
    );
    assert_eq!(
        found,
        [
            "`Withdraw` is kept and sent between threads, and cannot borrow for `'a`; own the value: `String` for `&str`, `Vec<T>` for \
             `&[T]`",
            "`#[command(target)]` stands on a field: the aggregate's id",
            "`#[command(tag)]` stands on a field: what the decision is about",
            "`aggregate` needs a value: write `aggregate = Account`",
            "the name of a command cannot be empty; write one such as `\"account.open\"`",
            "write `validate = Self::check`",
            "a category has no `-`, which separates it from the key of a stream; write `\"a_b\"`",
            "`#[command(…)]` on a struct has no key `category`; it takes `aggregate = Account`, `decider = Enrolment`, \
             `stream = \"…\"`, `name = \"…\"`, `validate = Self::check`, \
             `undisturbed = Self::is_undisturbed`, `last_writer`, `crate = \"…\"`",
            "`target` is given twice; remove one",
            "`#[command(…)]` on a field has no key `amount`; it takes `target`, `tag`, `tag = \"…\"`",
            "the events of an aggregate go to its own stream; `stream` belongs to a command with a `decider`",
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

#[test]
fn what_a_decider_needs_is_asked_for() {
    let found = |input| messages(expand, &input);
    assert_eq!(
        found(parse_quote!(
            #[command(decider = Enrolment)]
            struct Subscribe {
                course: CourseId,
                student: StudentId,
            }
        )),
        [
            "a `decider` decides over tags: write `#[command(tag)]` on the fields that say which: some of `course`, `student`"
        ]
    );
    assert_eq!(
        found(parse_quote!(
            #[command(decider = Enrolment)]
            struct Subscribe(CourseId);
        )),
        ["a `decider` decides over tags: write `#[command(tag)]` on `0`"]
    );
    assert_eq!(
        found(parse_quote!(
            #[command(decider = Enrolment)]
            struct Subscribe;
        )),
        [
            "a `decider` decides over tags: give the command a field with one, `#[command(tag)] course: CourseId`"
        ]
    );
    assert_eq!(
        found(parse_quote!(
            struct Subscribe {
                #[command(tag)]
                course: CourseId,
            }
        )),
        [
            "say who decides over the events with this tag: write `#[command(decider = Enrolment)]` on the struct, or remove \
             the tag"
        ]
    );
}

#[test]
fn the_stream_of_the_events_is_one_that_can_be_told() {
    let found = |input| messages(expand, &input);
    assert_eq!(
        found(parse_quote!(
            #[command(decider = Enrolment)]
            struct Subscribe {
                #[command(tag)]
                course: Option<CourseId>,
                #[command(tag)]
                friends: Vec<StudentId>,
            }
        )),
        [
            "each of its tags may be missing, so none can be the key of the stream that its events go to: write \
             `#[command(target)]` on a field with the id of an aggregate, or tag a field that is always there"
        ]
    );
    assert_eq!(
        found(parse_quote!(
            #[command(decider = Enrolment, stream = "enrolment", aggregate = Course)]
            struct Subscribe {
                #[command(target, tag)]
                course: u64,
            }
        )),
        ["its events go to the stream of the target already; remove `stream` or `target`"]
    );
    assert_eq!(
        found(parse_quote!(
            #[command(decider = Enrolment, aggregate = Course)]
            struct Subscribe {
                #[command(tag)]
                course: u64,
            }
        )),
        [
            "beside a `decider`, `aggregate` says whose id the target is; write `#[command(target)]` on a field, or remove it"
        ]
    );
    assert_eq!(
        found(parse_quote!(
            #[command(decider = (Enrolment, Course))]
            struct Subscribe {
                #[command(tag)]
                course: u64,
            }
        )),
        ["this has no name to call a stream by: write `stream = \"enrolment\"` beside it"]
    );
}
