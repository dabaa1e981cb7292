//! `::factum` is not what these derives refer to: the module of that name in scope would not have what they need.

mod vendored {
    pub(crate) mod events {
        pub(crate) use factum_core::__private;
    }
}

mod factum_core_is_not_in_scope {
    use super::vendored::events as inner;
    use factum_macros::{Aggregate, Command, Decider, Event, Id, Projection};
    use serde::{Deserialize, Serialize};

    #[derive(Id)]
    #[id(crate = "inner")]
    pub(super) struct DoorId(u8);

    #[derive(Event, Serialize, Deserialize)]
    #[event(crate = "super::vendored::events", version = 2, upcast(1 = Before))]
    pub(super) struct Opened {
        #[event(tag)]
        pub(super) by: Option<String>,
    }

    #[derive(Deserialize)]
    pub(super) struct Before {}

    impl From<Before> for Opened {
        fn from(_: Before) -> Self {
            Self { by: None }
        }
    }

    #[derive(Event)]
    #[event(crate = "inner")]
    pub(super) enum Events {
        Opened(Opened),
    }

    #[derive(Aggregate, Clone, Default)]
    #[aggregate(crate = "inner", category = "door", id = DoorId, events(Opened))]
    pub(super) struct Door;

    #[derive(Command)]
    #[command(crate = "inner")]
    pub(super) struct Open {
        #[command(target)]
        pub(super) door: DoorId,
    }

    #[derive(Decider, Clone, Default)]
    #[decider(crate = "inner", events(Opened))]
    pub(super) struct Building;

    #[derive(Command)]
    #[command(crate = "inner", decider = Building, validate = Self::check)]
    pub(super) struct Enter {
        #[command(tag)]
        pub(super) by: String,
    }

    impl Enter {
        fn check(&self) -> Result<(), String> {
            Ok(())
        }
    }

    impl inner::__private::Apply<Opened> for Building {
        fn apply(&mut self, _: &Opened) {}
    }

    impl inner::__private::Handle<Enter> for Building {
        type Rejection = ();

        fn handle(&self, _: &Enter) -> Result<factum::Events<Self>, ()> {
            Ok(Opened { by: None }.into())
        }
    }

    #[derive(Projection)]
    #[projection(crate = "inner", events(Opened), document = Doors, categories("door"))]
    pub(super) struct Openings;

    #[derive(Default, Serialize, Deserialize)]
    pub(super) struct Doors;

    impl inner::__private::Apply<Opened> for Door {
        fn apply(&mut self, _: &Opened) {}
    }

    impl inner::__private::Apply<Opened> for Doors {
        fn apply(&mut self, _: &Opened) {}
    }

    impl inner::__private::Handle<Open> for Door {
        type Rejection = ();

        fn handle(&self, _: &Open) -> Result<factum::Events<Self>, ()> {
            Ok(Opened { by: None }.into())
        }
    }
}

#[test]
fn every_derive_takes_its_path() {
    use factum::{Command as _, Event as _, Projection as _};
    use factum_core_is_not_in_scope::{Enter, Events, Open, Opened, Openings};
    let open = Open { door: 7.into() };
    assert_eq!(open.scope().unwrap().stream().as_str(), "door-7");
    let enter = Enter { by: "Ada".into() };
    assert_eq!((enter.validate(), enter.scope().unwrap().stream().as_str()), (Ok(()), "building-Ada"));
    assert!(Opened::decode(1, b"{}").unwrap().by.is_none());
    assert!(Opened::try_from(Events::Opened(Opened { by: None })).is_ok());
    assert_eq!(Openings::NAME, "openings");
}
