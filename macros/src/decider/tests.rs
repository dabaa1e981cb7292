use super::expand;
use crate::ctxt::messages;
use syn::parse_quote;

#[test]
fn every_mistake_is_reported_at_once() {
    assert_eq!(
        messages(
            expand,
            &parse_quote! {
                #[decider(category = "enrolment", id, key = "x", events(Defined, 7))]
                enum Enrolment<'a> { Open(&'a str) }
            },
        ),
        [
            "`Enrolment` is kept and sent between threads, and cannot borrow for `'a`; own the value: `String` for `&str`, `Vec<T>` for \
             `&[T]`",
            "`#[derive(Decider)]` stands on a struct; keep the alternatives in a field: `struct Enrolment { status: Status }`",
            "a decider has no streams of its own, so it has no `category`; remove it, or derive `Aggregate` for state that is \
             the history of one stream",
            "a decider has no streams of its own, so it has no `id`; remove it, or derive `Aggregate` for state that is the \
             history of one stream",
            "`#[decider(…)]` on a struct has no key `key`; it takes `events(Opened, Deposited)`, `event = EnrolmentEvent`, \
             `derive(Debug)`, `crate = \"…\"`",
            "events are named by their types: `events(Opened, Deposited)`",
        ]
    );
}

#[test]
fn its_events_are_asked_for() {
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                struct Enrolment;
            )
        ),
        [
            "say which events it is made from: `events(Opened, Deposited)`, or `event = …` with an enum of your own"
        ]
    );
}

#[test]
fn only_a_condition_stands_on_an_event_in_the_list() {
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                #[decider(events(#[cfg(unix)] Opened, #[doc = "x"] Closed, #[cfg(windows)] other::Opened, #[cfg(unix)] Opened))]
                struct Door;
            )
        ),
        [
            "only a `#[cfg(…)]` can stand on an event here; anything else belongs on its struct",
            "the event `Opened` is listed twice; remove one",
        ]
    );
}
