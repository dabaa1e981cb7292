use std::collections::{HashMap, VecDeque};

/// What waits, by key: of each key, one bundle is under way at a time.
pub(super) struct Queues<T> {
    /// Those that wait. A key is here for as long as something of it waits or is under way.
    of: HashMap<String, VecDeque<T>>,
    /// The keys of which the next bundle can be begun, in the order in which they came to that.
    ready: VecDeque<String>,
}

impl<T> Queues<T> {
    pub(super) fn new() -> Self {
        Self { of: HashMap::new(), ready: VecDeque::new() }
    }

    pub(super) fn push(&mut self, key: String, item: T) {
        match self.of.get_mut(&key) {
            Some(queue) => queue.push_back(item),
            None => {
                self.of.insert(key.clone(), VecDeque::from([item]));
                self.ready.push_back(key);
            }
        }
    }

    /// The next bundle, of at most so many; its key is under way then, until it is [done](Self::done).
    pub(super) fn next(&mut self, most: usize) -> Option<(String, Vec<T>)> {
        let key = self.ready.pop_front()?;
        let queue = self.of.get_mut(&key)?;
        let bundle = queue.drain(..most.min(queue.len())).collect();
        Some((key, bundle))
    }

    /// What was under way of a key is done.
    pub(super) fn done(&mut self, key: String) {
        match self.of.get(&key) {
            Some(queue) if !queue.is_empty() => self.ready.push_back(key),
            _ => drop(self.of.remove(&key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Queues;

    #[test]
    fn of_each_key_one_bundle_is_under_way_at_a_time() {
        let mut queues = Queues::new();
        for (key, item) in [("a", 1), ("b", 2), ("a", 3), ("a", 4)] {
            queues.push(key.to_owned(), item);
        }
        assert_eq!(queues.next(2), Some(("a".to_owned(), vec![1, 3])));
        assert_eq!(queues.next(2), Some(("b".to_owned(), vec![2])));
        assert_eq!(queues.next(2), None);
        queues.push("b".to_owned(), 5);
        queues.done("b".to_owned());
        assert_eq!(queues.next(2), Some(("b".to_owned(), vec![5])));
        queues.done("a".to_owned());
        assert_eq!(queues.next(2), Some(("a".to_owned(), vec![4])));
        queues.done("a".to_owned());
        queues.done("b".to_owned());
        assert_eq!(queues.next(2), None);
        assert!(queues.of.is_empty());
    }
}
