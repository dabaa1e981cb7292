use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Placed;

#[derive(ProcessManager, Default, Serialize, Deserialize)]
#[process(events(Placed), starts(Paid), key(order: Paid))]
struct Shipping;

impl React<Placed> for Shipping {
    fn react(&mut self, _: &Placed, _: &mut Next<'_, Self>) {}
}

fn main() {}
