use crate::{
    failure::Failure,
    output::escape,
    store::{Instances, WholeStore},
};

/// The processes that have run on this store, by name.
pub(super) async fn all(store: &WholeStore) -> Result<Vec<(String, Instances)>, Failure> {
    let mut all = Vec::new();
    for (group, _) in store.groups().await? {
        if let Some(name) = Instances::process_of(&group.consumer) {
            all.push((name.clone(), of(store, &name)?));
        }
    }
    Ok(all)
}

/// One of them.
pub(super) async fn one(store: &WholeStore, name: &str) -> Result<Instances, Failure> {
    let names: Vec<_> = all(store).await?.into_iter().map(|(name, _)| name).collect();
    if names.iter().any(|known| known == name) {
        return of(store, name);
    }
    let (name, known) = (escape(name), names.join(", "));
    Err(Failure::new(match known.is_empty() {
        true => format!("there is no process {name}; nobody has run any on this store"),
        false => format!("there is no process {name}; there are {known}"),
    }))
}

fn of(store: &WholeStore, name: &str) -> Result<Instances, Failure> {
    Instances::of(store.clone(), store.clone(), store.log_id(), name)
        .map_err(|invalid| Failure::new(format!("this is no name of a process: {invalid}")))
}
