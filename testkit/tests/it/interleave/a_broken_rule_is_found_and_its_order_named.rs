use crate::{
    failure::complaint,
    given::{
        bank::{Account, Deposited, ada, deposit, withdraw},
        courses::{Asks, enrol, offered},
    },
};
use async_trait::async_trait;
use factum::{
    Append, AppendError, EventAppender, EventId, EventReader, LogId, Position, Receipt, StoreError,
    StreamVersion,
    prelude::*,
    store::{Capabilities, ListStreams, Page, ReadLog, ReadStream, StreamSummary, Watch},
};
use factum_testkit::{
    interleave,
    interleave::{End, Interleaving, Outcome},
};

/// A store that does not look at what is expected of streams and of the log.
struct Careless(MemoryStore);

#[async_trait]
impl EventAppender for Careless {
    async fn append(&self, mut appends: Vec<Append>) -> Vec<Result<Receipt, AppendError>> {
        for append in &mut appends {
            append.expected.clear();
            append.condition = None;
        }
        self.0.append(appends).await
    }
}

#[async_trait]
impl EventReader for Careless {
    fn log_id(&self) -> LogId {
        self.0.log_id()
    }

    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        self.0.read_stream(request).await
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        self.0.read_log(request).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.0.head().await
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        self.0.find(ids).await
    }

    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        self.0.streams(request).await
    }

    fn watch(&self) -> Watch {
        self.0.watch()
    }
}

#[test]
fn a_store_that_drops_the_version_check() {
    let said = complaint(|| {
        Interleaving::new()
            .given("account-ada", Deposited { amount: 100 })
            .when(|| withdraw(60))
            .when(|| withdraw(60))
            .store(|| Careless(MemoryStore::new()))
            .then(|end| assert!(end.state::<Account>(&ada()).balance >= 0, "overdrawn"))
    });
    assert_eq!(
        said,
        "the rule does not hold in this order (the 2nd that was tried):
    1: load, 2: load, 1: append, 2: append
1 (Withdraw) was accepted
2 (Withdraw) was accepted
overdrawn"
    );
}

#[test]
fn a_store_that_drops_the_condition() {
    let said = complaint(|| {
        Interleaving::new()
            .given("course-rust", offered(1))
            .when(|| enrol("ada", Asks::Course))
            .when(|| enrol("bob", Asks::Course))
            .store(|| Careless(MemoryStore::new()))
            .then(|end| assert_eq!(end.accepted(), 1))
    });
    assert!(said.contains("\n    1: load, 2: load, 1: append, 2: append\n"), "{said}");
}

#[test]
fn a_query_that_forgets_a_tag() {
    interleave! {
        given ["course-rust" => offered(1)],
        when [enrol("ada", Asks::Course), enrol("bob", Asks::Course)],
        then |end| assert_eq!(end.state_for(&enrol("nobody", Asks::Course)).students.len(), 1)
    }

    // Even one after the other: a test of given, when, then would have said so too.
    let said = complaint(|| {
        interleave! {
            given ["course-rust" => offered(1)],
            when [enrol("ada", Asks::Student), enrol("bob", Asks::Student)],
            then |end| {
                let students = end.state_for(&enrol("nobody", Asks::Course)).students;
                assert_eq!(students.len(), 1, "{}", students.join(" and "));
            },
        }
    });
    assert_eq!(
        said,
        "the rule does not hold in this order (the 1st that was tried):
    1: load, 1: append, 2: load, 2: append
1 (Enrol) was accepted
2 (Enrol) was accepted
assertion `left == right` failed: ada and bob
  left: 2
 right: 1"
    );
}

#[test]
fn a_rule_across_two_aggregates_that_no_conflict_protects() {
    let to = |name: &str| crate::given::bank::Withdraw { account: name.to_owned().into(), amount: 10 };
    let total =
        |end: &End| end.state::<Account>(&"ada".into()).balance + end.state::<Account>(&"bob".into()).balance;
    // Who looks before leaping: the look is not part of the decision.
    let transfer = |from: &'static str| {
        move |app: App| async move {
            let ada = app.load::<Account>(&"ada".into()).await.unwrap().state.balance;
            let bob = app.load::<Account>(&"bob".into()).await.unwrap().state.balance;
            match ada + bob >= 20 {
                true => Outcome::of(app.send(to(from)).await),
                false => Outcome::Rejected("too little".into()),
            }
        }
    };
    let said = complaint(|| {
        Interleaving::new()
            .given("account-ada", Deposited { amount: 10 })
            .given("account-bob", Deposited { amount: 10 })
            .when_doing("from Ada", transfer("ada"))
            .when_doing("from Bob", transfer("bob"))
            .then(|end| assert!(total(end) >= 10, "only {} is left", total(end)))
    });
    assert!(
        said.contains("\n1 (from Ada) was accepted\n2 (from Bob) was accepted\nonly 0 is left"),
        "{said}"
    );
}

#[test]
fn a_conflict_is_told_from_a_write() {
    let said = complaint(|| {
        interleave! {
            when [deposit(1), deposit(2)],
            then |end| {
                let last = end.events().last().unwrap();
                assert_eq!(&last.payload[..], br#"{"amount":2}"#, "the first came last");
            },
        }
    });
    assert!(
        said.contains("    1: load, 2: load, 2: append, 1: append -> conflict, 1: load, 1: append\n"),
        "{said}"
    );
}
