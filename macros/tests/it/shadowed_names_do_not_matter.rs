//! Everything that the generated code could lean on means something else here.

#![allow(dead_code, non_camel_case_types, non_upper_case_globals, clippy::upper_case_acronyms)]

use crate::recorded;

mod core {}
mod std {}
mod factum {}
mod serde_json {}

struct Option;
struct Some;
struct None;
struct Result;
struct Ok;
struct Err;
struct Vec;
struct Box;
struct Tag;
struct Scope;
struct Keys;
struct Query;
struct Json;
struct PhantomData;
struct Invalid;
struct Violations;
struct StreamId;
trait Event {}
trait EventEnum {}
trait Aggregate {}
trait Command {}
trait Decider {}
trait Apply {}
trait Send {}
trait Sync {}
trait ToString {}
trait Into {}
trait Projection {}
trait Display {}
trait FromStr {}
trait From {}
trait TryFrom {}
trait AsRef {}
trait Default {}

/// An identifier pattern that names one of these would be taken for the constant.
const event: usize = 0;
const payload: usize = 0;
const version: usize = 0;
const tag: usize = 0;
const key_of_stream: usize = 0;

#[allow(unused_macros)]
macro_rules! assert {
    ($($tokens:tt)*) => {
        compile_error!("the user's `assert!` was called")
    };
}
#[allow(unused_macros)]
macro_rules! unreachable {
    ($($tokens:tt)*) => {
        compile_error!("the user's `unreachable!` was called")
    };
}
#[allow(unused_macros)]
macro_rules! format {
    ($($tokens:tt)*) => {
        compile_error!("the user's `format!` was called")
    };
}

#[derive(factum_macros::Id, Clone, PartialEq, Eq, Hash)]
struct DoorId(::std::string::String);

#[derive(factum_macros::Event, serde::Serialize, serde::Deserialize)]
#[event(version = 2, upcast(1 = Before))]
struct Opened {
    #[event(tag)]
    event: ::std::string::String,
    #[event(tag)]
    __tags: ::std::option::Option<::core::primitive::u32>,
    #[event(tag)]
    __value: ::std::option::Option<::core::primitive::u32>,
}

#[derive(serde::Deserialize)]
struct Before {}

impl ::std::convert::From<Before> for Opened {
    fn from(_: Before) -> Self {
        Self {
            event: "before".into(),
            __tags: ::std::option::Option::None,
            __value: ::std::option::Option::None,
        }
    }
}

/// Variants are called as what the generated code uses; inside of it `Self::Ok` is none of those.
mod odd {
    macro_rules! events { ($($name:ident)*) => { $(
        #[derive(factum_macros::Event, serde::Serialize, serde::Deserialize)]
        pub(super) struct $name {}
    )* } }
    events!(Ok Err Error Event TYPES Decider Self_);
}

#[derive(Clone, ::std::default::Default, factum_macros::Aggregate)]
#[aggregate(
    category = "door",
    id = DoorId,
    events(Opened, odd::Ok, odd::Err, odd::Error, odd::Event, odd::TYPES, odd::Decider, odd::Self_)
)]
struct Door {
    opened: usize,
}

#[derive(factum_macros::Projection)]
#[projection(events(Opened, odd::Error), key = DoorId, document = Door2, categories("door"))]
struct Doors;

#[derive(::std::default::Default, serde::Serialize, serde::Deserialize)]
struct Door2 {
    opened: usize,
}

#[derive(factum_macros::Command)]
struct Open {
    #[command(target)]
    __self: DoorId,
}

/// A parameter can be called as what the generated code uses, too.
#[derive(factum_macros::Id, Clone)]
struct RoomId<Display>(::core::primitive::u32, ::std::marker::PhantomData<Display>);

#[derive(factum_macros::Event, serde::Serialize, serde::Deserialize)]
#[event(name = "entered")]
#[serde(bound(
    serialize = "__E: ::serde::Serialize",
    deserialize = "__E: ::serde::Deserialize<'de>, Event: ::serde::Deserialize<'de>"
))]
struct Entered<__E, Event: ::serde::Serialize> {
    #[event(tag = "by")]
    __by: ::std::vec::Vec<::std::string::String>,
    __e: __E,
    event: Event,
}

#[derive(Clone, ::std::default::Default, factum_macros::Decider)]
#[decider(events(Entered<Ok, ::core::primitive::u8>, odd::Err, odd::Self_))]
struct Room<Ok>
where
    Ok: ::std::clone::Clone + ::std::default::Default + ::std::marker::Send + ::std::marker::Sync + 'static,
    Ok: serde::Serialize + for<'de> serde::Deserialize<'de>,
{
    entered: ::std::vec::Vec<Ok>,
}

#[derive(factum_macros::Command)]
#[command(decider = Room<::core::primitive::u64>, validate = self::check)]
struct Enter {
    #[command(tag)]
    __tags: ::core::primitive::u32,
    #[command(tag)]
    __value: ::std::option::Option<::core::primitive::u32>,
    #[command(tag)]
    __stream: ::std::vec::Vec<::core::primitive::u32>,
}

fn check(_: &Enter) -> ::std::result::Result<(), &'static ::core::primitive::str> {
    ::std::result::Result::Err("nobody enters")
}

impl<T> ::factum::Apply<Entered<T, ::core::primitive::u8>> for Room<T>
where
    T: ::std::clone::Clone + ::std::default::Default + ::std::marker::Send + ::std::marker::Sync + 'static,
    T: serde::Serialize + for<'de> serde::Deserialize<'de>,
{
    fn apply(&mut self, entered: &Entered<T, ::core::primitive::u8>) {
        self.entered.push(entered.__e.clone());
    }
}

macro_rules! room_applies { ($($event:ty),*) => { $(
    impl<T> ::factum::Apply<$event> for Room<T>
    where
        T: ::std::clone::Clone + ::std::default::Default + ::std::marker::Send + ::std::marker::Sync + 'static,
        T: serde::Serialize + for<'de> serde::Deserialize<'de>,
    {
        fn apply(&mut self, _: &$event) {}
    }
)* } }
room_applies!(odd::Err, odd::Self_);

impl ::factum::Handle<Enter> for Room<::core::primitive::u64> {
    type Rejection = ();

    fn handle(&self, _: &Enter) -> ::std::result::Result<::factum::Events<Self>, ()> {
        ::std::result::Result::Ok(odd::Err {}.into())
    }
}

macro_rules! applies { ($state:ident: $($event:ty),*) => { $(
    impl ::factum::Apply<$event> for $state {
        fn apply(&mut self, _: &$event) {
            self.opened += 1;
        }
    }
)* } }
applies!(Door: Opened, odd::Ok, odd::Err, odd::Error, odd::Event, odd::TYPES, odd::Decider, odd::Self_);
applies!(Door2: Opened, odd::Error);

impl ::factum::Handle<Open> for Door {
    type Rejection = ();

    fn handle(&self, _: &Open) -> ::std::result::Result<::factum::Events<Self>, ()> {
        ::std::result::Result::Ok(odd::Ok {}.into())
    }
}

#[test]
fn the_generated_code_means_what_it_says() {
    use ::factum::{Command as _, Event as _, EventEnum as _, Projection as _, View as _};
    let before = Opened::decode(1, b"{}").unwrap();
    assert_eq!(before.tags().unwrap()[0].as_str(), "event:before");
    let newer = Opened::decode(3, b"{}").err().unwrap();
    assert_eq!(newer.to_string(), "written by a newer program (payload version 3, this program knows 2)");

    let mut door = Door { opened: 0 };
    let stored = DoorEvent::decode(&recorded("door-7", &odd::Error {})).unwrap();
    ::factum::Decider::fold(&mut door, &stored);
    ::factum::Decider::fold(&mut door, &odd::TYPES {}.into());
    assert_eq!(door.opened, 2);
    assert_eq!(Open { __self: "7".into() }.scope().unwrap().stream().as_str(), "door-7");

    let enter = Enter { __tags: 1, __value: ::std::option::Option::None, __stream: [2].into() };
    assert_eq!(enter.scope().unwrap().stream().as_str(), "room-1");
    assert_eq!(enter.validate().unwrap_err().to_string(), "nobody enters");
    let mut room = Room::default();
    let entered = Entered { __by: ["a".into()].into(), __e: 5, event: 0 };
    assert_eq!(entered.tags().unwrap()[0].as_str(), "by:a");
    ::factum::Decider::fold(&mut room, &RoomEvent::<::core::primitive::u64>::from(entered));
    assert_eq!(room.entered, [5]);
    assert_eq!(RoomId::<()>::from(7).to_string().parse::<RoomId<u8>>().unwrap().as_ref(), &7);

    let mut document = Door2::default();
    let stored = recorded("door-7", &odd::Error {}).decode().unwrap();
    Doors.fold(&"7".into(), &mut document, &stored);
    assert_eq!((document.opened, Doors.query().items().len()), (1, 1));
}

/// Serde's own derives need the primitive types to be themselves, so here is none.
mod primitives {
    use super::Door2;
    use ::factum::event::{Codec, CodecError};

    pub(super) struct u8;
    pub(super) struct u32;
    pub(super) struct u64;
    pub(super) struct str;
    pub(super) struct bool;
    pub(super) struct usize;

    #[derive(factum_macros::Id)]
    pub(super) struct GateId(::std::string::String);

    #[derive(factum_macros::Event)]
    #[event(codec = Nothing)]
    pub(super) struct Raised;

    pub(super) struct Nothing;

    impl Codec<Raised> for Nothing {
        const CONTENT_TYPE: &'static ::core::primitive::str = "text/plain";

        fn encode(_: &Raised) -> ::std::result::Result<bytes::Bytes, CodecError> {
            ::std::result::Result::Ok(bytes::Bytes::new())
        }

        fn decode(_: &[::core::primitive::u8]) -> ::std::result::Result<Raised, CodecError> {
            ::std::result::Result::Ok(Raised)
        }
    }

    #[derive(Clone, ::std::default::Default, factum_macros::Aggregate)]
    #[aggregate(category = "gate", id = GateId, events(Raised))]
    pub(super) struct Gate;

    #[derive(factum_macros::Projection)]
    #[projection(version = 2, events(Raised), document = Door2)]
    pub(super) struct Gates;

    applies!(Door2: Raised);

    impl ::factum::Apply<Raised> for Gate {
        fn apply(&mut self, _: &Raised) {}
    }
}

#[test]
fn primitive_types_can_be_shadowed_too() {
    use ::factum::{Aggregate as _, Projection as _};
    assert_eq!(primitives::Gate::stream(&"7".into()).unwrap().as_str(), "gate-7");
    assert_eq!(primitives::Gates::VERSION, 2);
}

#[test]
fn derives_work_inside_of_a_function() {
    #[derive(factum_macros::Event, serde::Serialize, serde::Deserialize)]
    struct Local {}

    #[derive(factum_macros::Event)]
    enum LocalEvents {
        Local(Local),
    }

    assert_eq!(<LocalEvents as ::factum::EventEnum>::TYPES.len(), 1);
    let _ = LocalEvents::from(Local {});
}
