use super::expand;
use crate::ctxt::messages;
use syn::parse_quote;

#[test]
fn every_mistake_is_reported_at_once() {
    let found = messages(
        expand,
        &parse_quote! {
            #[process(
                name = "Order", version = 0, events(Placed, Paid), starts(Shipped), commands(Ship, Ship), rejected(Charge),
                key(order: Shipped), key(), table = "x"
            )]
            struct Order;
        },
    );
    assert_eq!(
        found,
        [
            "the name of a process has only `a` to `z`, `0` to `9` and `_`, begins with a letter, and has at most 40 bytes; write one such as `\"order\"`",
            "versions are counted from 1; write `1` or more",
            "name the field that has the key: `key(order)`, or `key(order: Placed, Paid)`",
            "`#[process(…)]` on a struct has no key `table`; it takes `name = \"…\"`, `key = OrderId`, `key(order)`, \
             `events(Placed, Paid)`, `event = OrderProcessEvent`, `derive(Debug)`, `starts(Placed)`, \
             `commands(Reserve, Ship)`, `rejected(Reserve)`, `version = 2`, `upcast(1 = OrderV1)`, `crate = \"…\"`",
            "the command `Ship` is listed twice; remove one",
            "`Charge` is none of its commands: write `commands(Charge)` too",
            "`Shipped` is none of its events: write `events(Shipped)` too",
            "`Shipped` is none of its events: write `events(Shipped)` too",
        ]
    );
}

#[test]
fn a_process_lists_its_events() {
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                #[process(event = OrderEvent)]
                struct Order;
            )
        ),
        ["a process lists its events: write `events(Placed, Paid)` beside it"]
    );
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                struct Order;
            )
        ),
        [
            "say which events it is made from: `events(Opened, Deposited)`, or `event = …` with an enum of your own"
        ]
    );
}

#[test]
fn each_event_has_one_key() {
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                #[process(events(Placed, Paid), key(order), key(id), key(a: Placed), key(b: Placed))]
                struct Order;
            )
        ),
        [
            "two fields are the key of all events; say of which: `key(order: Placed, Paid)`",
            "the key of `Placed` is given twice; remove one",
        ]
    );
}

#[test]
fn only_older_versions_are_upcast() {
    assert_eq!(
        messages(
            expand,
            &parse_quote!(
                #[process(events(Placed), upcast(1 = OrderV1))]
                struct Order;
            )
        ),
        ["only versions before the present one are upcast; write `version = 2` or more beside it"]
    );
}

#[test]
fn a_process_is_a_struct_without_parameters() {
    let attributes = quote::quote!( #[process(events(Placed))] );
    assert_eq!(
        messages(expand, &parse_quote!( #attributes enum Order { A } )),
        [
            "`#[derive(ProcessManager)]` stands on a struct; keep the alternatives in a field: `struct Order { stage: Stage }`"
        ]
    );
    assert_eq!(
        messages(expand, &parse_quote!( #attributes struct Order<T>(T); )),
        ["`Order` is one process, with one name and one kind of state; write a struct for each instance"]
    );
}
