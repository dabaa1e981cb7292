//! What the page shows, as it changes: server-sent events.

use super::{Shop, snapshot::Snapshot};
use crate::read::{GetRecent, GetRevenue, GetShelf};
use axum::{
    extract::State,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event as Sent, KeepAlive},
    },
};
use factum::{
    prelude::*,
    projections::{Observed, WaitError},
};
use futures_util::stream::unfold;
use std::{convert::Infallible, time::Duration};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

/// Pictures are sent no faster than eyes can follow.
const PACE: Duration = Duration::from_millis(80);
/// So often it looks by itself: for what is no read model, such as the switch of the payment service.
const BEAT: Duration = Duration::from_secs(1);

/// Somebody who looks on.
struct Feed {
    shop: Shop,
    changes: Changes,
    closing: watch::Receiver<bool>,
    last: Option<Snapshot>,
}

struct Changes {
    orders: Observed<GetRecent>,
    shelf: Observed<GetShelf>,
    revenue: Observed<GetRevenue>,
}

pub(super) async fn feed(State(shop): State<Shop>) -> Result<Response, super::Problem> {
    let changes = Changes::new(&shop.app).map_err(|error| super::Problem::failure(&error))?;
    let feed = Feed { closing: shop.closing.clone(), shop, changes, last: None };
    let pictures = unfold(feed, |mut feed| async move {
        let picture = feed.next().await?;
        let event = Sent::default().event("shop").json_data(&picture).unwrap_or_default();
        Some((Ok::<_, Infallible>(event), feed))
    });
    Ok(Sse::new(pictures).keep_alive(KeepAlive::default()).into_response())
}

impl Feed {
    /// The next picture that differs from the last one; none when the server is to end.
    async fn next(&mut self) -> Option<Snapshot> {
        loop {
            let picture = Snapshot::take(&self.shop).await.ok();
            if picture.is_some() && picture != self.last {
                self.last.clone_from(&picture);
                return picture;
            }
            let is_closing = async { drop(self.closing.wait_for(|closing| *closing).await) };
            tokio::select! {
                () = is_closing => return None,
                // What it has changed to, or why it could not be asked, the next picture shows.
                _ = timeout(BEAT, self.changes.next()) => {}
            }
            sleep(PACE).await;
        }
    }
}

impl Changes {
    fn new(app: &App) -> Result<Self, WaitError> {
        Ok(Self {
            orders: app.observe(GetRecent)?,
            shelf: app.observe(GetShelf)?,
            revenue: app.observe(GetRevenue)?,
        })
    }

    /// Returns when one of them has changed.
    async fn next(&mut self) {
        tokio::select! {
            _ = self.orders.next() => {}
            _ = self.shelf.next() => {}
            _ = self.revenue.next() => {}
        }
    }
}
