//! Two stores with pools of their own share the connections of a pooler, where nothing that was prepared can be told apart.

use crate::{
    conformance::Pooled,
    log::{actual, append_in, history, positions, small, stream},
};
use factum_core::{EventAppender, ExpectedVersion};
use factum_testkit::conformance::Fixture;

#[tokio::test]
async fn and_is_waited_for_as_elsewhere() {
    let place = Pooled::make().await;
    let (store, other) = (place.open().await, place.open().await);
    // Each of them prepares its first statement.
    for (store, position) in [(&store, 1), (&other, 2), (&store, 3), (&other, 4)] {
        let mut transaction = store.pool().begin().await.unwrap();
        assert_eq!(append_in(store, &mut transaction, small("a")).await, position);
        transaction.commit().await.unwrap();
    }
    let mut late = store.pool().begin().await.unwrap();
    assert_eq!(append_in(&store, &mut late, small("a")).await, 5);
    assert_eq!(other.append_one(small("b")).await.unwrap().position().get(), 6);
    assert_eq!(positions(&other).await, [1, 2, 3, 4]);
    let again = small("a").expect(stream("a"), ExpectedVersion::NoStream);
    assert_eq!(actual(store.append_in(&mut late, again).await).get(), 5);
    late.commit().await.unwrap();
    assert_eq!(positions(&other).await, [1, 2, 3, 4, 5, 6]);
    assert_eq!(history(&other, "a").await.len(), 5);
}
