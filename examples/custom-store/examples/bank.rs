//! A bank on a store of one's own: `cargo run -p custom-store --example bank`, and then again.

use custom_store::FileStore;
use factum::prelude::*;

#[derive(Id)]
struct AccountId(String);

#[derive(Event, Serialize, Deserialize)]
struct Deposited {
    amount: u64,
}

#[derive(Event, Serialize, Deserialize)]
struct Withdrawn {
    amount: u64,
}

#[derive(Aggregate, Clone, Default)]
#[aggregate(id = AccountId, events(Deposited, Withdrawn))]
struct Account {
    balance: u64,
}

impl Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.balance += event.amount;
    }
}

impl Apply<Withdrawn> for Account {
    fn apply(&mut self, event: &Withdrawn) {
        self.balance -= event.amount;
    }
}

#[derive(Command)]
struct Deposit {
    account: AccountId,
    amount: u64,
}

#[derive(Command)]
struct Withdraw {
    account: AccountId,
    amount: u64,
}

impl Handle<Deposit> for Account {
    type Rejection = Never;
    fn handle(&self, command: &Deposit) -> Result<Events<Self>, Never> {
        Ok(Deposited { amount: command.amount }.into())
    }
}

impl Handle<Withdraw> for Account {
    type Rejection = String;
    fn handle(&self, command: &Withdraw) -> Result<Events<Self>, String> {
        if command.amount > self.balance {
            return Err(format!("there is only {} in the account", self.balance));
        }
        Ok(Withdrawn { amount: command.amount }.into())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = FileStore::open("bank.log")?;
    let app = App::builder(store.clone()).build().await?;
    app.send(Deposit { account: "ada".into(), amount: 100 }).await?;
    let done = app.send(Withdraw { account: "ada".into(), amount: 30 }).await?;
    println!("Ada has {} at position {} of bank.log.", done.state.balance, done.receipt.position());

    if let Err(refused) = app.send(Withdraw { account: "ada".into(), amount: 1_000_000 }).await {
        println!("A million more? {refused}.");
    }
    if let Err(refused) = FileStore::open("bank.log") {
        println!(
            "A second store on the same file? {refused}: {}.",
            std::error::Error::source(&refused).unwrap_or(&refused)
        );
    }
    Ok(())
}
