//! Documents about the events of a log.

use crate::{
    args::{Docs, Filter, Looked},
    failure::Failure,
    feed::Feed,
    output::Output,
    store::Store,
};
use factum::messaging::catalogue::{Broker, Catalogue};
use std::io::Write as _;

pub(crate) async fn run(store: Store, options: &Docs, out: &mut Output) -> Result<(), Failure> {
    match options {
        Docs::Asyncapi(options) => {
            let catalogue = look(&store, &options.of).await?;
            let broker =
                |server: &crate::args::Server| Broker::new(&server.protocol, &server.host, &server.protocol);
            let brokers: Vec<_> = options.server.iter().map(broker).collect();
            let document = catalogue.asyncapi(&options.of.title, &options.app_version, &brokers);
            match out.is_json() {
                true => out.object(&document)?,
                false => out.line(format_args!("{document:#}"))?,
            }
        }
        Docs::Events(options) => {
            let catalogue = look(&store, &options.of).await?;
            write!(out, "{}", catalogue.markdown(&options.of.title))?;
        }
    }
    Ok(())
}

async fn look(store: &Store, Looked { sample, .. }: &Looked) -> Result<Catalogue, Failure> {
    let newest = Filter { limit: Some(*sample).filter(|sample| *sample > 0), ..Filter::default() };
    let mut feed = Feed::open(store, &newest, true).await?;
    let mut catalogue = Catalogue::new();
    while let Some(events) = feed.page().await? {
        events.iter().for_each(|event| catalogue.observe(event));
    }
    Ok(catalogue)
}
