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
    for name in names(store, &groups).await? {
        all.push(found(store, &name, &groups).await?);
    }
    Ok(all)
}

/// One of them.
pub(super) async fn one(store: &WholeStore, consumer: &ConsumerName) -> Result<Found, Failure> {
    let groups = store.groups().await?;
    let names = names(store, &groups).await?;
    if names.contains(consumer) {
        return found(store, consumer, &groups).await;
    }
    let known: Vec<_> = names.iter().map(|name| escape(name.as_str()).to_string()).collect();
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

/// Whom these groups are of, as they are named without a generation.
async fn names(store: &WholeStore, groups: &[(Group, Roll)]) -> Result<Vec<ConsumerName>, Failure> {
    let mut names: Vec<ConsumerName> = Vec::new();
    for (group, _) in groups {
        let name = match later(&group.consumer) {
            // The first one may have been dropped.
            Some((first, _))
                if groups.iter().any(|(group, _)| group.consumer == first)
                    || store.generations(&first).await? != Generations::default() =>
            {
                first
            }
            _ => group.consumer.clone(),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// The numbers of the generations of which something is there beside documents.
pub(super) async fn numbers(store: &WholeStore, consumer: &ConsumerName) -> Result<Vec<u32>, Failure> {
    let number = |(group, _): &(Group, Roll)| match later(&group.consumer) {
        _ if group.consumer == *consumer => Some(0),
        Some((first, number)) if first == *consumer => Some(number),
        _ => None,
    };
    let mut numbers: Vec<_> = store.groups().await?.iter().filter_map(number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

/// Of whom it would be a later generation by its name, and which.
fn later(consumer: &ConsumerName) -> Option<(ConsumerName, u32)> {
    let (first, number) = consumer.as_str().rsplit_once("_g")?;
    let number = number.parse().ok().filter(|number| *number > 0)?;
    Some((first.parse().ok()?, number))
}
