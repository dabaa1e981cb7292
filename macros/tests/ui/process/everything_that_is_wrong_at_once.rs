use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Placed;

#[derive(ProcessManager, Default, Serialize, Deserialize)]
#[process(name = "my-shipping", version = 0, key(), starts(Paid), commands("Ship"), rejected(Ship), table = "t", events(Placed))]
struct Shipping;

impl React<Placed> for Shipping {
    fn react(&mut self, _: &Placed, _: &mut Next<'_, Self>) {}
}

fn main() {}
