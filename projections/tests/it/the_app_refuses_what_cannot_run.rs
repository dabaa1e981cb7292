use crate::given::{Call, Entries, Fault, Faulty, Journal, Kind, Noted, append, documents, noted};
use factum::{App, Keys, Recorded, View, app::AppBuilder};
use factum_macros::Projection;
use factum_projections::{AppBuilderExt, AppExt};
use factum_store_memory::MemoryStore;
use std::error::Error;

/// Has the name of another projection, and another version.
#[derive(Projection)]
#[projection(name = "journal", version = 7, events(Noted))]
struct Namesake;

impl View for Namesake {
    type Key = String;
    type Document = Entries;

    fn keys(&self, _: &Recorded<NamesakeEvent>) -> Keys<String> {
        Keys::none()
    }

    fn fold(&self, _: &String, _: &mut Entries, _: &Recorded<NamesakeEvent>) {}
}

async fn refused(builder: AppBuilder<MemoryStore>, component: &str) {
    let error = builder.build().await.unwrap_err();
    assert_eq!(error.to_string(), format!("starting {component}"));
    let why = error.source().unwrap().to_string();
    assert_eq!(why, "the app has a projection named \"journal\" already");
}

#[tokio::test]
async fn two_projections_with_one_name() {
    let app = || App::builder(MemoryStore::new());
    refused(app().projection(Journal).projection(Journal), "projection journal").await;
    refused(app().projection(Journal).projection(Namesake), "projection journal").await;
    refused(app().projection(Journal).live(Namesake), "live view journal").await;
    refused(app().live(Journal).projection(Namesake), "projection journal").await;
    refused(app().live(Journal).live(Namesake), "live view journal").await;
    refused(app().projection(Journal).projection_in(MemoryStore::new(), Journal), "projection journal").await;
}

#[tokio::test]
async fn and_stops_those_that_run_already() {
    let store = MemoryStore::new();
    App::builder(store.clone()).projection(Journal).projection(Namesake).build().await.unwrap_err();
    append(&store, [noted("k")]).await;
    let app = App::builder(store.clone()).projection(Journal).build().await.unwrap();
    app.caught_up().await.unwrap();
    assert_eq!(documents(&store).await["k"], [1]);
}

#[tokio::test]
async fn a_read_model_that_cannot_be_made() {
    let store = Faulty::new(MemoryStore::new()).at(Call::Prepare, 0, Fault::Before(Kind::Lasting));
    let error = App::builder(store).projection(Journal).build().await.unwrap_err();
    assert_eq!(error.to_string(), "starting projection journal");
    assert_eq!(error.source().unwrap().to_string(), "Prepare as told failed");
}
