use factum::prelude::*;

struct Balances;

fn main() {
    let _ = App::builder(MemoryStore::new()).projection(Balances);
}
