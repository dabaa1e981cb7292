use crate::{
    args::Trace as Options,
    failure::Failure,
    output::Output,
    store::{ReadTrace, Store, Trace},
};

mod object;
mod print;

pub(crate) async fn run(store: Store, options: &Options, out: &mut Output) -> Result<(), Failure> {
    let mut request = ReadTrace::of(options.id.anchor()).limit(options.limit);
    if let Some(after) = options.after {
        request = request.after(after.position_in(&store).await?);
    }
    let Some(trace) = Trace::read(&store, request).await? else {
        return Err(options.id.is_not_there());
    };
    match out.is_json() {
        true => object::all(&trace, out)?,
        false => print::all(&trace, &options.id, out)?,
    }
    Ok(())
}
