use factum::prelude::*;

struct Clock;

fn main() {
    let _ = App::builder(MemoryStore::new()).component(Clock);
}
