use crate::{
    args::Streams as Options,
    failure::Failure,
    output::{Output, escape, number},
    store::{ListStreams, Store},
};
use serde_json::json;

pub(crate) async fn run(store: Store, options: &Options, out: &mut Output) -> Result<(), Failure> {
    let mut request = options.category.clone().map_or_else(ListStreams::all, ListStreams::of);
    loop {
        let page = store.streams(request.clone()).await?;
        let Some(last) = page.last() else { return Ok(()) };
        request = request.after(last.stream.clone());
        for summary in &page {
            let events = summary.version.get();
            if out.is_json() {
                out.object(&json!({ "stream": summary.stream, "events": events }))?;
            } else {
                out.line(format_args!("{:>9}  {}", number(events), escape(summary.stream.as_str())))?;
            }
        }
    }
}
