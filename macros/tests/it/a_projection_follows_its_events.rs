use factum::{EventEnum as _, EventType, Projection as _, Query, QueryItem, query};
use factum_macros::{Event, Projection};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Event, Serialize, Deserialize)]
#[event(name = "account.opened")]
struct Opened;

#[derive(Debug, PartialEq, Event, Serialize, Deserialize)]
struct Closed;

#[derive(Projection)]
#[projection(events(Opened, Closed as Ended), derive(Debug, PartialEq))]
struct OpenAccounts;

#[derive(Projection)]
#[projection(name = "audit2", version = 3, event = Audited, events(Opened), categories("account", "loan"))]
struct Audit {
    _tenant: String,
}

#[derive(Event)]
enum Everything {
    Opened(Opened),
    Closed(Closed),
}

#[derive(Projection)]
#[projection(event = Everything, crate = "factum")]
struct Journal;

fn types(names: &[&'static str]) -> QueryItem {
    QueryItem::types(names.iter().copied().map(EventType::from_static))
}

#[test]
fn its_name_is_that_of_the_struct_unless_another_is_given() {
    assert_eq!((OpenAccounts::NAME, OpenAccounts::VERSION), ("open_accounts", 1));
    assert_eq!((Audit::NAME, Audit::VERSION), ("audit2", 3));
}

#[test]
fn its_events_are_an_enum_beside_it() {
    assert_eq!(OpenAccountsEvent::from(Closed), OpenAccountsEvent::Ended(Closed));
    assert_eq!(OpenAccountsEvent::types().len(), 2);
    assert!(Opened::try_from(Audited::Opened(Opened)).is_ok());
}

#[test]
fn it_asks_for_its_types() {
    assert_eq!(OpenAccounts.query(), Query::from(types(&["account.opened", "Closed"])));
    assert_eq!(Journal.query(), Query::from(types(&["account.opened", "Closed"])));
    assert_eq!(
        (Everything::from(Opened).encode().is_ok(), Everything::from(Closed).encode().is_ok()),
        (true, true)
    );
}

#[test]
fn categories_narrow_what_it_asks_for() {
    let category = |name| factum::Category::new(name).unwrap();
    let expected: query::QueryItem =
        types(&["account.opened"]).category(category("account")).category(category("loan"));
    assert_eq!(Audit { _tenant: String::new() }.query(), Query::from(expected));
}
