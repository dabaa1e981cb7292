//! A bank in one file: events, rules, a read model, and a log that is still there at the next start.
//!
//! `cargo run -p bank`, and then again: the second run goes on where the first one ended.

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

/// The read side: what has come in, by account.
#[derive(Projection, Debug, Default, Serialize, Deserialize)]
#[projection(key = AccountId, events(Deposited))]
struct Income {
    total: u64,
}

impl Apply<Deposited> for Income {
    fn apply(&mut self, event: &Deposited) {
        self.total += event.amount;
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder(SqliteStore::open("bank.db").await?).view::<Income>().build().await?;
    app.send(Deposit { account: "ada".into(), amount: 100 }).await?;
    let done = app.send(Withdraw { account: "ada".into(), amount: 30 }).await?;
    println!("Ada has {}.", done.state.balance);

    if let Err(refused) = app.send(Withdraw { account: "ada".into(), amount: 1_000_000 }).await {
        println!("A million more? {refused}.");
    }
    println!("In all: {:?}.", app.ask(Income::get("ada")).after(&done).await?);
    Ok(())
}
