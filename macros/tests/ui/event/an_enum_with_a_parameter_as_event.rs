use factum::prelude::*;

#[derive(Event)]
enum Any<E> {
    Event(E),
}

fn main() {}
