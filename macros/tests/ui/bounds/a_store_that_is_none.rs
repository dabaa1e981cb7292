use factum::prelude::*;

struct Files;

fn main() {
    let _ = App::builder(Files);
}
