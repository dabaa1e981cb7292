use factum::prelude::*;

#[derive(Id, Clone, Serialize, Deserialize)]
struct OrderId(String);

#[derive(Event, Serialize, Deserialize)]
struct Placed {
    order: OrderId,
}

#[derive(Event, Serialize, Deserialize)]
struct Shipped;

#[derive(Aggregate, Clone, Default)]
#[aggregate(id = OrderId, events(Shipped))]
struct Order;

impl Apply<Shipped> for Order {
    fn apply(&mut self, _: &Shipped) {}
}

#[derive(Command, Serialize, Deserialize)]
struct Ship {
    order: OrderId,
}

impl Handle<Ship> for Order {
    type Rejection = Never;

    fn handle(&self, _: &Ship) -> Result<Events<Self>, Never> {
        Ok(Shipped.into())
    }
}

#[derive(ProcessManager, Default, Serialize, Deserialize)]
#[process(key = OrderId, events(Placed), commands(Ship))]
struct Shipping;

impl React<Placed> for Shipping {
    fn react(&mut self, _: &Placed, next: &mut Next<'_, Self>) {
        next.schedule("shipped", std::time::Duration::from_secs(1), Shipped);
    }
}

fn main() {}
