use std::ops::Index;

/// A list that only grows, and never moves what it has: an append takes the same time however long the log is.
pub(crate) struct Chunks<T> {
    /// All but the last are full.
    chunks: Vec<Vec<T>>,
}

const CHUNK: usize = 1_024;

impl<T> Chunks<T> {
    pub(crate) fn len(&self) -> usize {
        self.chunks.last().map_or(0, |last| (self.chunks.len() - 1) * CHUNK + last.len())
    }

    pub(crate) fn push(&mut self, value: T) {
        match self.chunks.last_mut() {
            Some(last) if last.len() < CHUNK => last.push(value),
            _ => {
                // The first one grows with what it gets: most logs in tests have a handful of events.
                let capacity = if self.chunks.is_empty() { 0 } else { CHUNK };
                let mut chunk = Vec::with_capacity(capacity);
                chunk.push(value);
                self.chunks.push(chunk);
            }
        }
    }

    /// From the one at `index`, which may be behind the last, to the last.
    pub(crate) fn from(&self, index: usize) -> impl Iterator<Item = &T> {
        let chunks = self.chunks.get(index / CHUNK..).unwrap_or_default();
        chunks.iter().flatten().skip(index % CHUNK)
    }
}

impl<T> Index<usize> for Chunks<T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        &self.chunks[index / CHUNK][index % CHUNK]
    }
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, Chunks};

    #[test]
    fn it_is_a_list() {
        let mut chunks = Chunks::default();
        for n in 0..2 * CHUNK + 1 {
            assert_eq!(chunks.len(), n);
            chunks.push(n);
            assert_eq!(chunks[n], n);
        }
        for from in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1, 9 * CHUNK] {
            assert!(chunks.from(from).copied().eq(from..2 * CHUNK + 1), "from {from}");
        }
    }
}
