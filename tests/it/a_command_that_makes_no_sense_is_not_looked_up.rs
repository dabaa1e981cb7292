use crate::{bank::withdraw, hooked::Hooked};
use factum::{App, MemoryStore, SendError};

#[tokio::test]
async fn the_store_is_not_asked() {
    let store = Hooked::new(MemoryStore::new()).before_reading(|| async { panic!("the store was asked") });
    let app = App::builder(store).build().await.unwrap();
    match app.send(withdraw(0)).await {
        Err(SendError::Violations(violations)) => {
            assert_eq!(violations.to_string(), "amount must not be 0");
            assert_eq!(violations.iter().next().unwrap().field(), Some("amount"));
        }
        other => panic!("violations were expected, not {other:?}"),
    }
}
