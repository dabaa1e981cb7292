use factum::prelude::*;
use std::collections::HashMap;

#[derive(Id)]
struct BasketId(u32);

#[derive(Event, Serialize, Deserialize)]
#[event(version = 2)]
struct Filled {
    #[event(tag)]
    shop: u8,
    prices: HashMap<String, u64>,
}

#[derive(Event, Serialize, Deserialize)]
struct Emptied;

/// Cannot be written as JSON: the keys of a map are texts.
#[derive(Event, Serialize, Deserialize)]
struct Weighed(HashMap<Vec<u8>, u8>);

#[derive(Aggregate, Clone, Default)]
#[aggregate(id = BasketId, events(Filled, Emptied, Weighed))]
struct Basket;

macro_rules! applies { ($($event:ty),*) => { $(
    impl Apply<$event> for Basket {
        fn apply(&mut self, _: &$event) {}
    }
)* } }
applies!(Filled, Emptied, Weighed);

#[derive(Command)]
struct Fill {
    basket: BasketId,
    shop: u8,
}

impl Handle<Fill> for Basket {
    type Rejection = Never;

    fn handle(&self, command: &Fill) -> Result<Events<Self>, Never> {
        Ok(events![filled(command.shop, 7), Emptied])
    }
}

/// Each map has an order of its own.
fn filled(shop: u8, price: u64) -> Filled {
    Filled { shop, prices: ('a'..='h').map(|name| (name.to_string(), price)).collect() }
}

#[test]
fn the_same_decision_is_stored_as_the_same_events() {
    let decided = Basket.handle(&Fill { basket: 1.into(), shop: 3 });
    assert_eq!(decided, Ok(events![filled(3, 7), Emptied]));
    let others: [Events<Basket>; 5] = [
        events![filled(3, 8), Emptied],
        events![filled(4, 7), Emptied],
        events![Emptied, filled(3, 7)],
        events![filled(3, 7)],
        events![filled(3, 7), Emptied, Emptied],
    ];
    for other in others {
        assert_ne!(decided, Ok(other));
    }
}

#[test]
fn a_decision_prints_as_its_events_are_stored() {
    let events: Events<Basket> = events![Filled { shop: 3, prices: [("tea".into(), 7)].into() }, Emptied];
    assert_eq!(
        format!("{events:?}"),
        r#"[Filled (version 2) [shop:3] {"shop":3,"prices":{"tea":7}}, Emptied]"#
    );
    assert_eq!(format!("{:?}", Events::<Basket>::none()), "[]");
}

#[test]
fn an_event_that_cannot_be_written_is_like_no_other() {
    let weighed = || Events::<Basket>::from(Weighed([(vec![1], 1)].into()));
    assert_ne!(weighed(), weighed());
    assert!(format!("{:?}", weighed()).starts_with("[("), "{:?}", weighed());
}
