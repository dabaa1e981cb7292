//! Which subscribers a topic concerns, without a look at every pattern.

#[cfg(test)]
mod tests;

use crate::{Topic, TopicPattern, topic::PatternWord};
use std::collections::{BTreeMap, HashMap};

/// Patterns as a tree of their words, walked by the words of a topic: of 10,000 patterns `order.N.paid`, a topic meets
/// one.
#[derive(Debug)]
pub(super) struct Index<T> {
    root: Node<T>,
    len: usize,
}

#[derive(Debug)]
struct Node<T> {
    words: HashMap<Box<str>, Node<T>>,
    one: Option<Box<Node<T>>>,
    any: Option<Box<Node<T>>>,
    /// Whether this is an `any`, which stays where it is for every further word.
    is_any: bool,
    /// What was inserted under the pattern that ends here, in that order.
    here: BTreeMap<u64, T>,
}

impl<T> Node<T> {
    fn new(is_any: bool) -> Self {
        Self { words: HashMap::new(), one: None, any: None, is_any, here: BTreeMap::new() }
    }

    fn is_empty(&self) -> bool {
        self.here.is_empty() && self.words.is_empty() && self.one.is_none() && self.any.is_none()
    }
}

impl<T> Index<T> {
    pub(super) fn new() -> Self {
        Self { root: Node::new(false), len: 0 }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Inserts `value` under an id that grows from one insertion to the next.
    pub(super) fn insert(&mut self, pattern: &TopicPattern, id: u64, value: T) {
        let mut node = &mut self.root;
        for word in pattern.words() {
            node = match word {
                PatternWord::One => node.one.get_or_insert_with(|| Box::new(Node::new(false))),
                // `#.#` asks for what `#` does.
                PatternWord::Any if node.is_any => node,
                PatternWord::Any => node.any.get_or_insert_with(|| Box::new(Node::new(true))),
                PatternWord::Word(word) => node.words.entry(word.into()).or_insert_with(|| Node::new(false)),
            };
        }
        node.here.insert(id, value);
        self.len += 1;
    }

    pub(super) fn remove(&mut self, pattern: &TopicPattern, id: u64) -> Option<T> {
        let removed = remove(&mut self.root, pattern.words(), id);
        self.len -= usize::from(removed.is_some());
        removed
    }

    /// What was inserted under patterns that `topic` matches.
    pub(super) fn matching<'a>(&'a self, topic: &Topic) -> impl Iterator<Item = &'a T> {
        self.walk(topic).at.into_iter().flat_map(|node| node.here.values())
    }

    pub(super) fn clear(&mut self) -> Vec<T> {
        let mut values = Vec::with_capacity(self.len);
        take(std::mem::replace(self, Self::new()).root, &mut values);
        values
    }

    fn walk(&self, topic: &Topic) -> Walk<'_, T> {
        let mut walk = Walk { at: Vec::new(), steps: 0 };
        walk.enter(&self.root);
        for word in topic.words() {
            walk.advance(word);
        }
        walk
    }
}

/// Where the words that were read so far lead. A topic can be in several places at once, but not twice in one, so no
/// pattern makes a walk longer than the tree times the topic.
struct Walk<'a, T> {
    at: Vec<&'a Node<T>>,
    /// How many places it has come to.
    steps: usize,
}

impl<'a, T> Walk<'a, T> {
    /// Enters a node and, since `#` may stand for no word, the one behind its `#`.
    fn enter(&mut self, node: &'a Node<T>) {
        self.steps += 1;
        self.at.push(node);
        if let Some(any) = &node.any {
            self.enter(any);
        }
    }

    fn advance(&mut self, word: &str) {
        for node in std::mem::take(&mut self.at) {
            if node.is_any {
                self.enter(node);
            }
            if let Some(next) = node.words.get(word) {
                self.enter(next);
            }
            if let Some(next) = &node.one {
                self.enter(next);
            }
        }
        self.at.sort_unstable_by_key(|node| std::ptr::from_ref(*node).addr());
        self.at.dedup_by_key(|node| std::ptr::from_ref(*node).addr());
    }
}

/// Takes the value out, and with it every node that nothing is left in.
fn remove<'p, T>(node: &mut Node<T>, mut rest: impl Iterator<Item = PatternWord<'p>>, id: u64) -> Option<T> {
    match rest.next() {
        None => node.here.remove(&id),
        Some(PatternWord::Any) if node.is_any => remove(node, rest, id),
        Some(PatternWord::Any) => remove_below(&mut node.any, rest, id),
        Some(PatternWord::One) => remove_below(&mut node.one, rest, id),
        Some(PatternWord::Word(word)) => {
            let next = node.words.get_mut(word)?;
            let removed = remove(next, rest, id);
            if next.is_empty() {
                node.words.remove(word);
            }
            removed
        }
    }
}

fn remove_below<'p, T>(
    below: &mut Option<Box<Node<T>>>,
    rest: impl Iterator<Item = PatternWord<'p>>,
    id: u64,
) -> Option<T> {
    let removed = remove(below.as_mut()?, rest, id);
    if below.as_ref().is_some_and(|node| node.is_empty()) {
        *below = None;
    }
    removed
}

fn take<T>(node: Node<T>, values: &mut Vec<T>) {
    values.extend(node.here.into_values());
    for below in node.words.into_values().chain(node.one.map(|node| *node)).chain(node.any.map(|node| *node))
    {
        take(below, values);
    }
}
