use crate::{
    failure::Failure,
    output::{Output, escape},
    store::StoreUrl,
};
use serde_json::json;

pub(crate) async fn run(url: &StoreUrl, out: &mut Output) -> Result<(), Failure> {
    let (store, created) = url.create().await?;
    let (url, log) = (url.to_string(), store.log_id());
    let object = json!({ "store": url, "created": created, "log": log });
    let what = if created { "made" } else { "there is already" };
    Ok(out.conclude(&object, format_args!("{what} the store {} (log {log})", escape(&url)))?)
}
