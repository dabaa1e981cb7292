use super::{
    changes::{Change, changes},
    find::{self, Found},
};
use crate::{
    args::Diff,
    failure::Failure,
    output::{Output, count, escape, number},
    store::{Collection, Difference, Differences, Group, Roll, StoreUrl, WholeStore},
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use std::io::{self, IsTerminal};

/// Places of one document that are printed.
const PLACES: usize = 10;
/// Documents between two looks at the bar.
const STEP: u64 = 1_000;

/// How many documents are found to be what.
#[derive(Default)]
struct Tally {
    only_before: u64,
    only_after: u64,
    changed: u64,
}

impl Tally {
    const fn all(&self) -> u64 {
        self.only_before + self.only_after + self.changed
    }
}

pub(super) async fn run(url: &StoreUrl, options: &Diff, out: &mut Output) -> Result<(), Failure> {
    let Diff { consumer, limit } = options;
    let store = url.open_whole().await?;
    let (first, [old, new]) = positions(&store, options).await?;
    let Some(collection) = Collection::of(consumer) else {
        return Err(Failure::new(format!("{consumer} keeps no documents")));
    };
    let (before, after) = (first.active, first.filling.unwrap_or_default());
    if !out.is_json() {
        let line = format!("generation {before} of {consumer} {old}, generation {after} {new}");
        out.conclude(&json!(null), line)?;
    }
    let of = |generation| collection.clone().in_generation(generation);
    let mut differences = Differences::between(&*store, of(before), of(after));
    let (bar, mut tally) = (bar(out), Tally::default());
    while let Some(found) = differences.next_of(STEP).await? {
        bar.set_message(format!("{} compared, {}", number(differences.compared()), different(&tally)));
        bar.tick();
        let Some(found) = found else { continue };
        match &found {
            Difference::OnlyBefore(_) => tally.only_before += 1,
            Difference::OnlyAfter(_) => tally.only_after += 1,
            _ => tally.changed += 1,
        }
        if tally.all() <= *limit {
            bar.suspend(|| print(&found, [before, after], out).and_then(|()| out.flush()))?;
        }
    }
    bar.finish_and_clear();
    let (last, [old_now, new_now]) = positions(&store, options).await?;
    // Both were at one place, and stayed there.
    let is_exact = old == new && old_now == old && new_now == new && last == first && old.is_one();
    conclude(options, [before, after], differences.compared(), &tally, is_exact, [&old_now, &new_now], out)?;
    if tally.all() > 0 { Err(Failure::Reported) } else { Ok(()) }
}

/// Where a generation is: one position, or from one to another in its partitions.
#[derive(PartialEq)]
struct At(u64, u64);

impl At {
    const fn is_one(&self) -> bool {
        self.0 == self.1
    }
}

impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.is_one() {
            true => write!(f, "at {}", number(self.0)),
            false => write!(f, "at {} to {}", number(self.0), number(self.1)),
        }
    }
}

/// Where the one that is read is, and the one that is being made.
async fn positions(
    store: &WholeStore,
    options: &Diff,
) -> Result<(crate::store::Generations, [At; 2]), Failure> {
    let consumer = &options.consumer;
    let Found { generations, active, filling, .. } = find::one(store, consumer).await?;
    let Some(number) = generations.filling else {
        return Err(Failure::new(format!(
            "no read model of {consumer} is being made anew; \"factum projection rebuild {consumer} --hold\" makes one that can \
             be compared"
        )));
    };
    let at = |found: Option<(Group, Roll)>, number| {
        let positions = found.iter().flat_map(|(_, roll)| roll.leases.iter());
        let positions: Vec<_> = positions.map(|lease| lease.checkpoint.position.get()).collect();
        match (positions.iter().min(), positions.iter().max()) {
            (Some(min), Some(max)) => Ok(At(*min, *max)),
            _ => Err(Failure::new(format!("nobody has begun generation {number} of {consumer}"))),
        }
    };
    Ok((generations, [at(active, generations.active)?, at(filling, number)?]))
}

fn print(found: &Difference, [before, after]: [u32; 2], out: &mut Output) -> io::Result<()> {
    let key = found.key();
    let value = |body: &[u8]| {
        let json = serde_json::from_slice(body);
        json.unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned()))
    };
    let (old, new) = match found {
        Difference::OnlyBefore(document) => (Some(value(&document.body)), None),
        Difference::OnlyAfter(document) => (None, Some(value(&document.body))),
        Difference::Changed { before, after } => (Some(value(&before.body)), Some(value(&after.body))),
        _ => (None, None),
    };
    if out.is_json() {
        return out.object(&json!({ "document": key, "before": old, "after": new }));
    }
    let line = format!("document {}", escape(key));
    let (old, new) = match (&old, &new) {
        (Some(old), Some(new)) => (old, new),
        (only, other) => {
            let generation = if other.is_none() { before } else { after };
            let value = only.as_ref().or(other.as_ref()).map(Value::to_string).unwrap_or_default();
            let line = format!("{line}  only in generation {generation}: ");
            return out.line_with_end(&line, &escape(&value).to_string());
        }
    };
    out.line(line)?;
    let places = changes(old, new);
    for Change { path, before, after } in places.iter().take(PLACES) {
        let shown = |value: &Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
        let change = format!("{} -> {}", shown(before), shown(after));
        out.line_with_end(&format!("    {}  ", escape(path)), &escape(&change).to_string())?;
    }
    match places.len().saturating_sub(PLACES) {
        0 => Ok(()),
        more => out.line(format_args!("    and {} more", count(more as u64, "place"))),
    }
}

fn conclude(
    Diff { consumer, limit }: &Diff,
    generations: [u32; 2],
    compared: u64,
    tally: &Tally,
    is_exact: bool,
    at: [&At; 2],
    out: &mut Output,
) -> io::Result<()> {
    let Tally { only_before, only_after, changed } = tally;
    if !out.is_json() && tally.all() > *limit {
        let more = tally.all() - limit;
        out.line(format_args!("and {} more, which --limit shows", count(more, "document")))?;
    }
    let mut line = format!("{} compared, {}", count(compared, "document"), different(tally));
    if tally.all() > 0 {
        let (only_before, only_after) = (number(*only_before), number(*only_after));
        line += &format!(
            ": {} changed, {only_before} only in generation {}, {only_after} only in generation {}",
            number(*changed),
            generations[0],
            generations[1]
        );
    }
    if !is_exact {
        line += &format!(
            "\nnot exact: the two were not at one position all the time, and are {} and {} now; what came between counts",
            at[0], at[1]
        );
    }
    let positions = at.map(|at| at.0);
    let summary = json!({
        "consumer": consumer, "generations": generations, "positions": positions, "exact": is_exact, "compared": compared,
        "changed": changed, "only_before": only_before, "only_after": only_after,
    });
    out.conclude(&json!({ "summary": summary }), line)
}

fn different(tally: &Tally) -> String {
    match tally.all() {
        0 => "none differs".to_owned(),
        1 => "1 differs".to_owned(),
        all => format!("{} differ", number(all)),
    }
}

fn bar(out: &Output) -> ProgressBar {
    let shown = !out.is_json() && !out.is_quiet() && io::stderr().is_terminal();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template("{spinner} {msg}").expect("the template is a constant");
    ProgressBar::with_draw_target(None, target).with_style(style)
}
