use factum::prelude::*;

#[derive(Event)]
enum AccountEvent {}

fn main() {}
