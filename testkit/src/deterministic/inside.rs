use super::faulty::Faulty;
use async_trait::async_trait;
use factum_core::{
    Position, Projection, Query, Recorded,
    projection::{Lanes, Parting, Partition, Pieces, Project, ProjectionError, Recent},
    sink::Sink,
};

/// A projection whose sink has faults that it does not see: it works with the sink that is inside.
pub(super) struct Inside<P>(pub(super) P);

impl<P: Projection> Projection for Inside<P> {
    type Event = P::Event;

    const NAME: &'static str = P::NAME;
    const VERSION: u32 = P::VERSION;

    fn query(&self) -> Query {
        self.0.query()
    }
}

#[async_trait]
impl<K: Sink, P: Project<K>> Project<Faulty<K>> for Inside<P> {
    async fn prepare(&self, sink: &Faulty<K>) -> Result<(), ProjectionError> {
        self.0.prepare(sink.inner()).await
    }

    fn has_generations(&self) -> bool {
        self.0.has_generations()
    }

    async fn prepare_generation(&self, sink: &Faulty<K>, generation: u32) -> Result<(), ProjectionError> {
        self.0.prepare_generation(sink.inner(), generation).await
    }

    async fn discard_generation(&self, sink: &Faulty<K>, generation: u32) -> Result<(), ProjectionError> {
        self.0.discard_generation(sink.inner(), generation).await
    }

    fn parting(&self) -> Parting {
        self.0.parting()
    }

    fn begins(&self, partition: Partition) {
        self.0.begins(partition);
    }

    fn lasts(&self, partition: Partition, passed: Position) -> Result<Position, ProjectionError> {
        self.0.lasts(partition, passed)
    }

    fn most(&self) -> Option<usize> {
        self.0.most()
    }

    async fn project(
        &self,
        sink: &Faulty<K>,
        events: &[Recorded<P::Event>],
    ) -> Result<K::Work, ProjectionError> {
        self.0.project(sink.inner(), events).await
    }

    async fn project_next(
        &self,
        sink: &Faulty<K>,
        events: &mut dyn Pieces<P::Event>,
        recent: &mut Recent,
        lanes: &Lanes,
    ) -> Result<K::Work, ProjectionError> {
        self.0.project_next(sink.inner(), events, recent, lanes).await
    }
}
