use crate::place::Place;
use factum::{Append, EventAppender as _, NewEvent, SqliteStore, StreamId, prelude::*};
use serde_json::json;
use std::{sync::atomic::AtomicBool, sync::atomic::Ordering::Relaxed, time::Duration};

#[derive(Id, Clone, Serialize, Deserialize)]
struct OrderId(String);

#[derive(Event, Serialize, Deserialize)]
struct Placed {
    units: u32,
}

#[derive(Event, Serialize, Deserialize)]
struct Overdue;

#[derive(Event, Serialize, Deserialize)]
struct Shipped;

#[derive(Aggregate, Clone, Default)]
#[aggregate(id = OrderId, events(Shipped))]
struct Order;

impl Apply<Shipped> for Order {
    fn apply(&mut self, _: &Shipped) {}
}

#[derive(Command, Serialize, Deserialize)]
struct Ship {
    order: OrderId,
    units: u32,
}

/// Whether there is anything to ship.
static STOCKED: AtomicBool = AtomicBool::new(false);

impl Handle<Ship> for Order {
    type Rejection = String;

    fn handle(&self, command: &Ship) -> Result<Events<Self>, String> {
        match STOCKED.load(Relaxed) || command.units < 5 {
            true => Ok(Shipped.into()),
            false => Err("there are not so many".to_owned()),
        }
    }
}

#[derive(ProcessManager, Default, Serialize, Deserialize)]
#[process(key = OrderId, events(Placed, Overdue), starts(Placed), commands(Ship))]
struct Shipping {
    units: u32,
}

impl React<Placed> for Shipping {
    fn react(&mut self, placed: &Placed, next: &mut Next<'_, Self>) {
        self.units = placed.units;
        next.send(Ship { order: next.key().clone(), units: placed.units });
        next.schedule("payment", Duration::from_secs(86_400), Overdue);
    }
}

impl React<Overdue> for Shipping {
    fn react(&mut self, _: &Overdue, _: &mut Next<'_, Self>) {}
}

/// Waits until each command has an answer, or one that is stuck.
async fn settled(app: &App, stuck: usize) {
    let settled = async {
        app.caught_up().await.unwrap();
        let processes = app.processes::<Shipping>().unwrap();
        loop {
            let waiting = processes.instances().undelivered().await.unwrap().len();
            if waiting == stuck && processes.stuck().await.unwrap().len() == stuck {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), settled).await.expect("an answer");
}

/// A store in which a process has run: one order is shipped, and of another one there are not enough.
async fn run(place: &Place) -> App {
    let store = SqliteStore::open(place.path("factum.db")).await.unwrap();
    let app = App::builder(store.clone()).process::<Shipping>().build().await.unwrap();
    for (order, units) in [("1", 2), ("2", 7)] {
        let stream = StreamId::new("basket", order).unwrap();
        let event = NewEvent::of(stream, &Placed { units }).unwrap();
        store.append_one(Append::new([event])).await.unwrap();
    }
    settled(&app, 1).await;
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn by_those_who_see_to_them() {
    let place = Place::new();
    place.ok("init");
    assert_eq!(place.ok("process list"), "");
    let ran = place.run("process list shipping");
    let error = "factum: there is no process shipping; nobody has run any on this store\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), error));

    let app = run(&place).await;
    let listed = place.ok("process list");
    let lines: Vec<_> = listed.lines().collect();
    assert_eq!(lines.len(), 2, "{listed}");
    assert!(lines[0].starts_with("shipping  1  since 2") && lines[0].contains("  payment at 2"), "{listed}");
    assert!(!lines[0].contains("stuck"), "{listed}");
    assert!(
        lines[1].contains("  1 command without an answer  stuck: command of event 2  1 attempt  "),
        "{listed}"
    );
    assert!(lines[1].ends_with("  sending Ship: it was rejected: there are not so many"), "{listed}");
    assert_eq!(place.ok("process list shipping"), listed);
    let stuck = place.ok("process list --stuck");
    assert!(stuck.starts_with("shipping  2  command of event 2  1 attempt  since 2"), "{stuck}");

    let shown = place.ok("process show shipping 2");
    for line in
        ["sent     1 command", "  \"units\": 7", "command  Ship of event 2: {\"order\":\"2\",\"units\":7}"]
    {
        assert!(shown.contains(line), "{line} in {shown}");
    }
    let object = &place.objects("process show shipping 2 --json")[0];
    assert_eq!(object["state"], json!({ "units": 7 }));
    assert_eq!(
        object["undelivered"],
        json!([{ "command": "Ship", "payload": { "order": "2", "units": 7 }, "position": 2 }])
    );
    assert_eq!(
        (&object["stuck"][0]["what"], &object["deadlines"][0]["name"]),
        (&json!("command"), &json!("payment"))
    );
    assert_eq!(&place.objects("process list --json")[1], object);

    for (arguments, error) in [
        ("show shipping 3", "process shipping has no instance 3; it has not begun, or has ended"),
        ("show payment 1", "there is no process payment; there are shipping"),
        ("retry shipping 1", "1 of shipping is not stuck"),
    ] {
        let ran = place.run(&format!("process {arguments}"));
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr), (Some(1), "", format!("factum: {error}\n")));
    }

    let ran = place.run("process retry shipping 2 --wait");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), "factum: 1 instance still stuck\n"));
    assert!(ran.stdout.contains("\n2 has failed again, 2 attempts: sending Ship: "), "{}", ran.stdout);
    STOCKED.store(true, Relaxed);
    let healed = place.ok("process retry shipping --all --wait --quiet");
    assert_eq!(healed, "2 goes on\n");
    settled(&app, 0).await;
    assert_eq!(place.ok("process list --stuck"), "");
    assert_eq!(place.ok("process retry shipping --all"), "nothing of shipping is stuck\n");
    assert_eq!(place.objects("show order-2 --json").len(), 1);
    app.shutdown().await;
}
