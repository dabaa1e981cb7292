use crate::failure::{complaint, failure};
use factum::prelude::*;
use factum_testkit::given::{process, wishes};
use std::{sync::atomic::AtomicU32, sync::atomic::Ordering::Relaxed, time::Duration};

const DAY: Duration = Duration::from_secs(86_400);
const SECOND: Duration = Duration::from_secs(1);

#[derive(Id, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct OrderId(String);

#[derive(Event, Serialize, Deserialize)]
struct Placed;

#[derive(Event, Serialize, Deserialize)]
struct Paid {
    order: OrderId,
}

#[derive(Event, Serialize, Deserialize)]
struct Reminded {
    times: u32,
}

#[derive(Event, Serialize, Deserialize)]
struct Cancelled;

#[derive(Aggregate, Clone, Default)]
#[aggregate(id = OrderId, events(Cancelled))]
struct Order;

impl Apply<Cancelled> for Order {
    fn apply(&mut self, _: &Cancelled) {}
}

#[derive(Command, Serialize, Deserialize)]
struct Cancel {
    order: OrderId,
}

impl Handle<Cancel> for Order {
    type Rejection = String;

    fn handle(&self, _: &Cancel) -> Result<Events<Self>, String> {
        Ok(Cancelled.into())
    }
}

/// Reminds twice, and then cancels.
#[derive(ProcessManager, Default, Serialize, Deserialize)]
#[process(
    key = OrderId,
    key(order: Paid),
    events(Placed, Paid, Reminded),
    starts(Placed),
    commands(Cancel),
    rejected(Cancel)
)]
struct Payment {
    reminded: u32,
    refused: Option<String>,
}

impl React<Placed> for Payment {
    fn react(&mut self, _: &Placed, next: &mut Next<'_, Self>) {
        next.schedule("remind", DAY, Reminded { times: 1 });
    }
}

impl React<Reminded> for Payment {
    fn react(&mut self, reminded: &Reminded, next: &mut Next<'_, Self>) {
        self.reminded = reminded.times;
        match reminded.times {
            1 => next.schedule("remind", DAY, Reminded { times: 2 }),
            _ => next.send(Cancel { order: next.key().clone() }),
        }
    }
}

impl React<Paid> for Payment {
    fn react(&mut self, _: &Paid, next: &mut Next<'_, Self>) {
        next.cancel("remind");
        next.end();
    }
}

impl React<Rejected<Cancel>> for Payment {
    fn react(&mut self, rejected: &Rejected<Cancel>, _: &mut Next<'_, Self>) {
        self.refused = Some(rejected.rejection.clone());
    }
}

fn order() -> OrderId {
    "7".into()
}

fn cancel() -> Cancel {
    Cancel { order: order() }
}

#[test]
fn what_is_right_passes() {
    process::<Payment>()
        .given("order-7", Placed)
        .then_deadlines(&order(), [("remind", DAY)])
        .after(DAY)
        .then(wishes().schedules("remind", DAY, Reminded { times: 2 }))
        .then_state(&order(), |payment| assert_eq!(payment.reminded, 1))
        .after(DAY - SECOND)
        .then_nothing()
        .after(SECOND)
        .then(wishes().sends(cancel()))
        .then_deadlines(&order(), [])
        .when_rejected(&order(), Rejected::new(cancel(), "it is on its way".to_owned()))
        .then_nothing()
        .then_state(&order(), |payment| assert_eq!(payment.refused.as_deref(), Some("it is on its way")));
}

#[test]
fn a_deadline_counts_from_when_the_one_before_was_due() {
    process::<Payment>()
        .given("order-7", Placed)
        // Both are due by then, one after the other.
        .after(3 * DAY)
        .then(wishes().schedules_at("remind", date("2000-01-03"), Reminded { times: 2 }).sends(cancel()));
}

fn date(date: &str) -> factum::Timestamp {
    format!("{date}T00:00:00Z").parse().unwrap()
}

#[test]
fn what_is_cancelled_does_not_fire() {
    process::<Payment>()
        .given("order-7", Placed)
        .when("till-1", Paid { order: order() })
        .then(wishes().cancels("remind").ends())
        .then_no_instance(&order())
        .after(2 * DAY)
        .then_nothing();
}

#[test]
fn what_does_not_start_it_is_left_alone() {
    process::<Payment>()
        .when("till-1", Paid { order: order() })
        .then_nothing()
        .then_no_instance(&order())
        .when_rejected(&order(), Rejected::new(cancel(), String::new()))
        .then_no_instance(&order());
}

#[test]
fn instances_know_nothing_of_each_other() {
    process::<Payment>()
        .given("order-7", Placed)
        .given("order-8", Placed)
        .given("till-1", Paid { order: order() })
        .after(DAY)
        .then(wishes().schedules("remind", DAY, Reminded { times: 2 }))
        .then_no_instance(&order())
        .then_state(&"8".into(), |payment| assert_eq!(payment.reminded, 1));
}

#[test]
fn something_else_than_expected() {
    let placed = || process::<Payment>().when("order-7", Placed);
    assert_eq!(
        complaint(|| placed().then(wishes().sends(cancel()))),
        r#"payment asks for something else than expected (- expected, + asked for)
- sends Cancel
+ schedules "remind" at 2000-01-02 00:00:00 UTC: Reminded
    {
-     "order": "7"
+     "times": 1
    }
"#
    );
    let nothing = complaint(|| placed().then_nothing());
    assert!(nothing.starts_with("payment asks for something, and should not\nschedules"), "{nothing}");
    let late = complaint(|| placed().then(wishes().schedules("remind", 2 * DAY, Reminded { times: 1 })));
    assert!(late.contains("- schedules \"remind\" at 2000-01-03"), "{late}");
    let deadlines = complaint(|| placed().then_deadlines(&order(), []));
    assert!(deadlines.contains("+ \"remind\" at 2000-01-02"), "{deadlines}");
    assert_eq!(
        complaint(|| placed().then_no_instance(&order())),
        "payment has an instance 7, and should have none"
    );
    assert_eq!(complaint(|| process::<Payment>().then_state(&order(), |_| ())), "payment has no instance 7");
}

#[test]
fn a_failure_is_shown_at_the_line_of_the_test() {
    let line = line!() + 1;
    let failed = failure(|| process::<Payment>().when("order-7", Placed).then_nothing());
    assert_eq!((failed.file.as_str(), failed.line), (file!(), line));
}

static READ: AtomicU32 = AtomicU32::new(0);

/// It counts how often it is read, and writes that down.
#[derive(ProcessManager, Default, Serialize, Deserialize)]
#[process(events(Placed))]
struct Forgetful {
    #[serde(deserialize_with = "counted")]
    reads: u32,
}

fn counted<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    u32::deserialize(deserializer)?;
    Ok(1 + READ.fetch_add(1, Relaxed))
}

impl React<Placed> for Forgetful {
    fn react(&mut self, _: &Placed, _: &mut Next<'_, Self>) {}
}

#[test]
fn a_state_that_does_not_come_back_as_it_was_kept() {
    let changed = complaint(|| process::<Forgetful>().when("order-7", Placed));
    assert!(changed.starts_with("the state of forgetful does not survive being kept"), "{changed}");
}
