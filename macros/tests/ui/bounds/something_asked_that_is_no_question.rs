use factum::prelude::*;

struct GetBalance;

async fn run(app: App) {
    app.ask(GetBalance).await;
}

fn main() {}
