use factum::prelude::*;

struct Protobuf;

#[derive(Event)]
#[event(codec = Protobuf)]
struct Opened;

fn main() {}
