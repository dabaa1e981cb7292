use factum::{Receipt, prelude::*};

struct Rates;

struct GetRate;

impl ReadQuery for GetRate {
    type Model = Rates;
    type Answer = f64;

    async fn answer(self, _: &Rates) -> Result<f64, AskError> {
        Ok(1.0)
    }
}

async fn run(app: App, done: Receipt) {
    let _ = app.ask(GetRate).after(&done).await;
}

fn main() {}
