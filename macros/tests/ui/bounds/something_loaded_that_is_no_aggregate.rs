use factum::prelude::*;

struct Account;

async fn run(app: App) {
    app.load::<Account>(&7).await;
}

fn main() {}
