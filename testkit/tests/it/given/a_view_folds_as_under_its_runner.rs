use super::bank::{Balance, Balances, Deposited, withdrawn};
use crate::failure::complaint;
use factum::{Metadata, Recorded, chrono::DateTime, prelude::*};
use factum_testkit::given::project;

#[test]
fn what_is_right_passes() {
    project(Balances)
        .given("account-ada", Deposited { amount: 100 })
        .given("account-bob", Deposited { amount: 7 })
        .given("account-ada", withdrawn(30))
        // Of another category, so none of the view's.
        .given("loan-eve", Deposited { amount: 1 })
        .then_document("ada", Balance { amount: 70 })
        .then_document_with("bob", |balance| assert_eq!(balance.amount, 7))
        .then_no_document("eve")
        .then_documents([("bob", Balance { amount: 7 }), ("ada", Balance { amount: 70 })]);
    project(Balances).then_documents::<&str>([]);
}

#[test]
fn documents_that_are_not_as_expected() {
    let balances = || project(Balances).given("account-ada", Deposited { amount: 5 });
    assert_eq!(
        complaint(|| balances().then_document("ada", Balance { amount: 4 })),
        r#"document "ada" of balances is not as expected (- expected, + folded)
    {
-     "amount": 4
+     "amount": 5
    }
"#
    );
    assert_eq!(
        complaint(|| balances().then_documents([("bob", Balance { amount: 5 })])),
        r#"the documents of balances are not as expected (- expected, + folded)
- "bob"
+ "ada"
    {
      "amount": 5
    }
"#
    );
    let missing = complaint(|| balances().then_document("bob", Balance { amount: 5 }));
    assert!(missing.starts_with("balances has no document \"bob\"; it has\n\"ada\"\n"), "{missing}");
    let none = complaint(|| project(Balances).then_document("bob", Balance { amount: 5 }));
    assert_eq!(none, "balances has no document \"bob\"; it has none at all");
    let some = complaint(|| balances().then_no_document("ada"));
    assert!(some.starts_with("balances has a document \"ada\", and should have none\n"), "{some}");
}

/// When and by whom an account was used last.
#[derive(Projection)]
#[projection(events(Deposited))]
struct LastUses;

#[derive(Default, Serialize, Deserialize)]
struct LastUse {
    at: String,
    by: Option<String>,
}

impl View for LastUses {
    type Key = u32;
    type Document = LastUse;

    fn keys(&self, event: &Recorded<LastUsesEvent>) -> Keys<u32> {
        Keys::of_stream(event)
    }

    fn fold(&self, _: &u32, last: &mut LastUse, event: &Recorded<LastUsesEvent>) {
        last.at = event.time().to_rfc3339();
        last.by.clone_from(&event.record.metadata.actor);
    }
}

#[test]
fn times_and_metadata_are_as_given() {
    let mut metadata = Metadata::default();
    metadata.actor = Some("clerk-7".into());
    let used = |at: &str, by: Option<&str>| LastUse { at: at.into(), by: by.map(str::to_owned) };
    project(LastUses)
        .given("account-1", Deposited { amount: 1 })
        .given("account-2", Deposited { amount: 1 })
        .at(DateTime::UNIX_EPOCH)
        .metadata(metadata)
        .then_document(1, used("2000-01-01T00:00:01+00:00", None))
        .then_document(2, used("1970-01-01T00:00:00+00:00", Some("clerk-7")));
}

#[test]
fn an_event_without_a_key_is_not_passed_over() {
    let said =
        complaint(|| project(LastUses).given("account-x", Deposited { amount: 1 }).then_no_document(1));
    assert_eq!(
        said,
        "last_uses cannot be folded: applying event 1 to stream account-x: the key of stream account-x is not a u32: \
         invalid digit found in string"
    );
}

/// Counts with a field that is not kept.
#[derive(Projection)]
#[projection(events(Deposited), document = Counted)]
struct Counts;

#[derive(Default, Serialize, Deserialize)]
struct Counted {
    #[serde(skip)]
    seen: u32,
    count: u32,
}

impl Apply<Deposited> for Counted {
    fn apply(&mut self, _: &Deposited) {
        self.seen += 1;
        self.count = self.seen;
    }
}

#[test]
fn a_document_that_depends_on_the_batches_is_noticed() {
    let one = project(Counts).given("account-1", Deposited { amount: 1 });
    let one = one.then_document(1, Counted { seen: 0, count: 1 });
    let said = complaint(|| one.given("account-1", Deposited { amount: 1 }).then_no_document("none"));
    assert_eq!(
        said,
        r#"the documents of counts depend on how events come in batches (- all at once, + 1 at a time); is there a field of the document that serde does not write, or cannot read back?
  "1"
    {
-     "count": 2
+     "count": 1
    }
"#
    );
}
