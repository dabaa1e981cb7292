use factum::prelude::*;

struct Balances;

async fn run(app: App) {
    let receipt = todo!();
    app.wait_for::<Balances>(&receipt).await;
}

fn main() {}
