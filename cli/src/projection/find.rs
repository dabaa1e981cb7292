use crate::{
    failure::Failure,
    output::escape,
    store::{ConsumerName, Generations, Group, Roll, WholeStore},
};

/// A consumer, with the generations of its read model that somebody has begun.
pub(super) struct Found {
    /// As it is named without a generation.
    pub(super) consumer: ConsumerName,
    pub(super) generations: Generations,
    /// The one that is read.
    pub(super) active: Option<(Group, Roll)>,
    /// The one that is being made.
    pub(super) filling: Option<(Group, Roll)>,
}

/// All of them, by name.
pub(super) async fn all(store: &WholeStore) -> Result<Vec<Found>, Failure> {
    let groups = store.groups().await?;
    let mut all: Vec<Found> = Vec::new();
    for (group, _) in groups.iter().filter(|(group, _)| !is_later(group, &groups)) {
        all.push(found(store, &group.consumer, &groups).await?);
    }
    Ok(all)
}

/// One of them.
pub(super) async fn one(store: &WholeStore, consumer: &ConsumerName) -> Result<Found, Failure> {
    let groups = store.groups().await?;
    if groups.iter().any(|(group, _)| group.consumer == *consumer) {
        return found(store, consumer, &groups).await;
    }
    let known: Vec<_> = groups.iter().map(|(group, _)| escape(group.consumer.as_str()).to_string()).collect();
    Err(Failure::new(match known.is_empty() {
        true => format!("there is no projection {consumer}; nobody has run any on this store"),
        false => format!("there is no projection {consumer}; there are {}", known.join(", ")),
    }))
}

/// The number of the generation that is being made of this one.
pub(super) async fn filling(store: &WholeStore, consumer: &ConsumerName) -> Result<u32, Failure> {
    let nothing = || Failure::new(format!("no read model of {consumer} is being made anew"));
    one(store, consumer).await?.generations.filling.ok_or_else(nothing)
}

async fn found(
    store: &WholeStore,
    consumer: &ConsumerName,
    groups: &[(Group, Roll)],
) -> Result<Found, Failure> {
    let generations = store.generations(consumer).await?;
    let of = |generation| {
        let name = consumer.generation(generation).ok()?;
        groups.iter().find(|(group, _)| group.consumer == name).cloned()
    };
    let (active, filling) = (of(generations.active), generations.filling.and_then(of));
    Ok(Found { consumer: consumer.clone(), generations, active, filling })
}

/// Whether it is a later generation of another group.
fn is_later(group: &Group, groups: &[(Group, Roll)]) -> bool {
    let name = group.consumer.as_str();
    let Some((first, number)) = name.rsplit_once("_g") else { return false };
    number.parse::<u32>().is_ok_and(|number| number > 0)
        && groups.iter().any(|(group, _)| group.consumer.as_str() == first)
}
