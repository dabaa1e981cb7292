use factum::{Apply, Command as _, Events, Handle, decider::Scope};
use factum_macros::{Aggregate, Command, Event, Id};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

#[derive(Id)]
pub(crate) struct DoorId(String);

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct Opened;

#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "door", id = DoorId, events(Opened))]
pub(crate) struct Door;

#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "gate", id = u64, events(Opened))]
struct Gate;

/// Finds `Door` through the type of its target.
#[derive(Command)]
struct Open {
    reason: String,
    #[command(target)]
    r#in: DoorId,
}

/// Names its aggregate, since a `u64` is no one's id in particular.
#[derive(Command)]
#[command(aggregate = self::Gate)]
struct Push(#[command(target)] u64, String);

/// Its first field is the target; the others may be of any type that is no id of an aggregate.
#[derive(Command)]
pub(crate) struct Close {
    door: DoorId,
    _how: Private,
    _next: Option<Box<Self>>,
}

struct Private;

/// Marked, although another field comes first that is an id too.
#[derive(Command)]
struct Lock {
    _key: DoorId,
    #[command(target)]
    door: DoorId,
}

macro_rules! applies_and_handles { ($($aggregate:ident: $command:ident),*) => { $(
    impl Apply<Opened> for $aggregate {
        fn apply(&mut self, _: &Opened) {}
    }

    impl Handle<$command> for $aggregate {
        type Rejection = Infallible;

        fn handle(&self, _: &$command) -> Result<Events<Self>, Infallible> {
            Ok(Opened.into())
        }
    }
)* } }
applies_and_handles!(Door: Open, Gate: Push);

macro_rules! handles { ($($command:ident),*) => { $(
    impl Handle<$command> for Door {
        type Rejection = Infallible;

        fn handle(&self, _: &$command) -> Result<Events<Self>, Infallible> {
            Ok(Opened.into())
        }
    }
)* } }
handles!(Close, Lock);

/// What is no id only the instances of a parameter can tell.
#[derive(Command)]
struct Knock<T: Send + Sync + 'static> {
    door: DoorId,
    _with: T,
}

impl<T: Send + Sync + 'static> Handle<Knock<T>> for Door {
    type Rejection = Infallible;

    fn handle(&self, _: &Knock<T>) -> Result<Events<Self>, Infallible> {
        Ok(Events::none())
    }
}

fn decider_of<C: factum::Command>(_: &C) -> &'static str
where
    C::Decider: factum::Aggregate,
{
    <C::Decider as factum::Aggregate>::CATEGORY
}

#[test]
fn it_is_decided_on_the_stream_of_its_target() {
    let open = Open { r#in: "7-a".into(), reason: "heat".into() };
    assert_eq!(open.scope().unwrap(), Scope::Stream("door-7-a".parse().unwrap()));
    assert_eq!((decider_of(&open), open.reason.as_str()), ("door", "heat"));

    let push = Push(7, "hard".into());
    assert_eq!(push.scope().unwrap().stream().as_str(), "gate-7");
    assert_eq!((decider_of(&push), push.1.as_str()), ("gate", "hard"));
}

#[test]
fn the_first_field_is_the_target_unless_another_one_is_marked() {
    let close = Close { door: "7".into(), _how: Private, _next: None };
    assert_eq!(close.scope().unwrap().stream().as_str(), "door-7");
    assert_eq!(Lock { _key: "7".into(), door: "8".into() }.scope().unwrap().stream().as_str(), "door-8");
    assert_eq!(Knock { door: "9".into(), _with: "a stick" }.scope().unwrap().stream().as_str(), "door-9");
}

#[test]
fn a_target_that_cannot_be_a_key_is_refused() {
    let open = Open { r#in: "".into(), reason: String::new() };
    assert_eq!(open.scope().unwrap_err().to_string(), "stream key is empty");
}
