use crate::recorded;
use factum::{
    Aggregate as _, AggregateId, Apply, Command as _, Decider as _, Event as _, EventEnum, Events, Handle,
    Projection as _, Scope, View as _,
};
use factum_macros::{Aggregate, Command, Decider, Event, Id, Projection};
use serde::{Deserialize, Serialize};
use std::{convert::Infallible, marker::PhantomData};

/// What tells the instances apart, also where they are stored.
trait Currency: Clone + Default + Send + Sync + 'static {
    const WALLET: &'static str;
    const DEPOSITED: &'static str;
    const DEPOSIT: &'static str;
    const WALLETS: &'static str;
}

macro_rules! currencies { ($($name:ident $code:literal)*) => { $(
    #[derive(Clone, Debug, Default, PartialEq)]
    struct $name;

    impl Currency for $name {
        const WALLET: &'static str = concat!("wallet_", $code);
        const DEPOSITED: &'static str = concat!("wallet.", $code, ".deposited");
        const DEPOSIT: &'static str = concat!("deposit.", $code);
        const WALLETS: &'static str = concat!("wallets_", $code);
    }
)* } }
currencies!(Euro "eur" Yen "jpy");

#[derive(Id, Clone, Debug, PartialEq, Eq, Hash)]
struct WalletId<C>(u32, PhantomData<C>);

/// Without a bound of its own for serde: an instance is an event if it can be stored.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
#[event(name = C::DEPOSITED)]
#[serde(bound = "")]
struct Deposited<C: Currency> {
    #[event(tag)]
    amount: u64,
    currency: PhantomData<C>,
}

#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
#[event(name = "wallet.limited", version = 2, upcast(1 = u64))]
struct Limited<const N: usize>;

impl<const N: usize> From<u64> for Limited<N> {
    fn from(_: u64) -> Self {
        Self
    }
}

#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
struct Closed;

/// `P` is in no event, so it is no parameter of the enum; and not in the id, which so does not lead to it.
#[derive(Clone, Debug, Default, PartialEq, Aggregate)]
#[aggregate(category = C::WALLET, id = WalletId<C>, events(Deposited<C>, Limited<N>, Closed), derive(Debug, PartialEq))]
struct Wallet<C: Currency, P, const N: usize = 3>
where
    P: Clone + Default + Send + Sync + 'static,
{
    balance: u64,
    policy: P,
    currency: PhantomData<C>,
}

/// The id determines the instance.
#[derive(Aggregate, Clone, Default)]
#[aggregate(category = C::WALLET, id = WalletId<C>, events(Deposited<C>))]
struct Purse<C: Currency> {
    balance: u64,
    currency: PhantomData<C>,
}

#[derive(Decider, Clone, Default)]
#[decider(events(Deposited<C>, Closed))]
struct Total<C: Currency>(u64, PhantomData<C>);

#[derive(Event)]
enum Any<E: EventEnum, C: Currency> {
    Deposited(Deposited<C>),
    Changed(Changed<E>),
}

#[derive(Event, Serialize, Deserialize)]
#[event(name = "changed")]
struct Changed<T> {
    to: T,
}

impl<C: Currency, P: Clone + Default + Send + Sync + 'static, const N: usize> Apply<Deposited<C>>
    for Wallet<C, P, N>
{
    fn apply(&mut self, event: &Deposited<C>) {
        self.balance += event.amount;
    }
}

impl<C: Currency, P: Clone + Default + Send + Sync + 'static, const N: usize> Apply<Limited<N>>
    for Wallet<C, P, N>
{
    fn apply(&mut self, _: &Limited<N>) {
        self.balance = self.balance.min(N as u64);
    }
}

impl<C: Currency, P: Clone + Default + Send + Sync + 'static, const N: usize> Apply<Closed>
    for Wallet<C, P, N>
{
    fn apply(&mut self, _: &Closed) {
        self.balance = 0;
    }
}

impl<C: Currency> Apply<Deposited<C>> for Purse<C> {
    fn apply(&mut self, event: &Deposited<C>) {
        self.balance += event.amount;
    }
}

impl<C: Currency> Apply<Deposited<C>> for Total<C> {
    fn apply(&mut self, event: &Deposited<C>) {
        self.0 += event.amount;
    }
}

impl<C: Currency> Apply<Closed> for Total<C> {
    fn apply(&mut self, _: &Closed) {}
}

#[derive(Command)]
#[command(name = C::DEPOSIT)]
struct Deposit<C: Currency> {
    #[command(target)]
    purse: WalletId<C>,
    amount: u64,
}

#[derive(Command)]
#[command(decider = Total<C>)]
struct Count<C: Currency>(#[command(tag = "amount")] u64, PhantomData<C>);

impl<C: Currency> Handle<Deposit<C>> for Purse<C> {
    type Rejection = Infallible;

    fn handle(&self, command: &Deposit<C>) -> Result<Events<Self>, Infallible> {
        Ok(deposited(command.amount).into())
    }
}

impl<C: Currency> Handle<Count<C>> for Total<C> {
    type Rejection = Infallible;

    fn handle(&self, _: &Count<C>) -> Result<Events<Self>, Infallible> {
        Ok(Closed.into())
    }
}

#[derive(Projection)]
#[projection(name = C::WALLETS, events(Deposited<C>), key = WalletId<C>, document = Balance)]
struct Wallets<C: Currency>(PhantomData<C>);

#[derive(Default, Serialize, Deserialize)]
struct Balance(u64);

impl<C: Currency> Apply<Deposited<C>> for Balance {
    fn apply(&mut self, event: &Deposited<C>) {
        self.0 += event.amount;
    }
}

fn deposited<C: Currency>(amount: u64) -> Deposited<C> {
    Deposited { amount, currency: PhantomData }
}

#[test]
fn an_instance_is_stored_under_a_name_of_its_own() {
    assert_eq!(
        (Deposited::<Euro>::TYPE, Deposited::<Yen>::TYPE),
        ("wallet.eur.deposited", "wallet.jpy.deposited")
    );
    assert_eq!((Limited::<1>::TYPE, Limited::<2>::TYPE), ("wallet.limited", "wallet.limited"));
    assert_eq!(deposited::<Yen>(7).tags().unwrap()[0].as_str(), "amount:7");
    assert_eq!(Limited::<2>::decode(1, b"5").unwrap(), Limited);
    assert_eq!(Changed::<u8>::decode(1, br#"{"to":5}"#).unwrap().to, 5);
}

#[test]
fn the_enum_has_the_parameters_of_its_events() {
    let events: [WalletEvent<Euro, 3>; 3] =
        [deposited(5).into(), Limited.into(), WalletEvent::Closed(Closed)];
    assert_eq!(Deposited::try_from(WalletEvent::<Euro, 3>::from(deposited(5))), Ok(deposited(5)));
    let names: Vec<_> = WalletEvent::<Yen, 3>::types().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["wallet.jpy.deposited", "wallet.limited", "Closed"]);

    let stored = recorded("wallet_eur-1", &deposited::<Euro>(5));
    assert_eq!(WalletEvent::<Euro, 3>::decode(&stored).unwrap(), events[0]);
    assert!(WalletEvent::<Yen, 3>::decode(&stored).unwrap_err().is_unknown_type());

    let mut wallet = Wallet::<Euro, ()>::default();
    events[..2].iter().for_each(|event| wallet.fold(event));
    assert_eq!(wallet.balance, 3);
    wallet.fold(&events[2]);
    assert_eq!(wallet, Wallet::default());
}

#[test]
fn an_enum_of_ones_own_has_parameters_too() {
    assert!(
        Changed::<WalletEvent<Yen, 1>>::try_from(Any::<_, Euro>::from(deposited(1)))
            .is_err_and(|any: Any<_, Euro>| matches!(any, Any::Deposited(_)))
    );
}

#[test]
fn the_id_leads_to_the_instance() {
    fn stream<I: AggregateId>(id: &I) -> String {
        <I::Aggregate as factum::Aggregate>::stream(id).unwrap().to_string()
    }
    assert_eq!(stream(&WalletId::<Euro>::from(7)), "wallet_eur-7");
    assert_eq!(stream(&"7".parse::<WalletId<Yen>>().unwrap()), "wallet_jpy-7");
    assert_eq!(Wallet::<Yen, u8>::stream(&7.into()).unwrap().as_str(), "wallet_jpy-7");
    assert_eq!(Purse::<Yen>::CATEGORY, "wallet_jpy");
}

#[test]
fn a_command_reaches_the_instance() {
    let deposit = Deposit::<Yen> { purse: 7.into(), amount: 3 };
    assert_eq!((Deposit::<Yen>::NAME, Count::<Yen>::NAME), ("deposit.jpy", "Count"));
    assert_eq!(deposit.scope().unwrap(), Scope::Stream("wallet_jpy-7".parse().unwrap()));
    let mut purse = Purse::<Yen>::default();
    for event in purse.clone().handle(&deposit).unwrap() {
        purse.fold(&event);
    }
    assert_eq!(purse.balance, 3);
    assert_eq!(Count::<Yen>(7, PhantomData).scope().unwrap().stream().as_str(), "total-7");
}

#[test]
fn a_read_model_has_a_name_of_its_own() {
    assert_eq!((Wallets::<Euro>::NAME, Wallets::<Yen>::NAME), ("wallets_eur", "wallets_jpy"));
    let view = Wallets::<Euro>(PhantomData);
    let mut balance = Balance::default();
    let event = recorded("wallet_eur-1", &deposited::<Euro>(5)).decode().unwrap();
    view.fold(&1.into(), &mut balance, &event);
    assert_eq!(balance.0, 5);
    assert_eq!(view.keys(&event).printed().unwrap()[0].0, "1");
}
