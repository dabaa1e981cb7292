use factum::prelude::*;

struct Balances;

async fn run(app: App, receipt: factum::Receipt) {
    app.wait_for::<Balances>(&receipt).await;
}

fn main() {}
