//! Stores that list other streams than there are.

use super::{
    defect::{Defect, Place},
    mutants,
};
use factum_core::{
    EventReader, StoreError, StreamVersion,
    store::{ListStreams, StreamSummary},
};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::store::cases;

type List = Result<Vec<StreamSummary>, StoreError>;

mutants! {
    lists_nothing, rejected by each_stream_is_listed_with_its_version {
        async fn streams(&self, _: &MemoryStore, _: ListStreams) -> List {
            Ok(Vec::new())
        }
    }

    skips_a_stream_between_pages, rejected by streams_are_listed_in_pages {
        async fn streams(&self, store: &MemoryStore, request: ListStreams) -> List {
            let skip = usize::from(request.after.is_some());
            Ok(store.streams(request).await?.into_iter().skip(skip).collect())
        }
    }

    begins_with_the_stream_that_it_should_begin_after, rejected by streams_are_listed_in_pages {
        async fn streams(&self, store: &MemoryStore, request: ListStreams) -> List {
            let all = store.streams(ListStreams::all()).await?;
            let again = all.into_iter().find(|found| Some(&found.stream) == request.after.as_ref());
            Ok(again.into_iter().chain(store.streams(request.clone()).await?).take(request.limit.get()).collect())
        }
    }

    lists_streams_in_the_order_of_what_is_printed, rejected by streams_are_listed_by_category_then_key {
        async fn streams(&self, store: &MemoryStore, request: ListStreams) -> List {
            let mut streams = store.streams(request).await?;
            streams.sort_by(|a, b| a.stream.as_str().cmp(b.stream.as_str()));
            Ok(streams)
        }
    }

    lists_streams_in_the_order_of_a_dictionary, rejected by streams_are_listed_by_category_then_key {
        async fn streams(&self, store: &MemoryStore, request: ListStreams) -> List {
            let mut streams = store.streams(request).await?;
            streams.sort_by_key(|found| (found.stream.category().to_owned(), found.stream.key().to_lowercase()));
            Ok(streams)
        }
    }

    lists_streams_of_every_category, rejected by the_streams_of_one_category_are_listed {
        async fn streams(&self, store: &MemoryStore, mut request: ListStreams) -> List {
            request.category = None;
            store.streams(request).await
        }
    }

    lists_streams_of_categories_that_begin_alike, rejected by the_streams_of_one_category_are_listed {
        async fn streams(&self, store: &MemoryStore, mut request: ListStreams) -> List {
            let category = request.category.take();
            let mut streams = store.streams(request).await?;
            streams.retain(|found| category.as_ref().is_none_or(|c| found.stream.category().starts_with(c.as_str())));
            Ok(streams)
        }
    }

    lists_more_streams_than_the_limit, rejected by streams_are_listed_in_pages {
        async fn streams(&self, store: &MemoryStore, mut request: ListStreams) -> List {
            request.limit = request.limit.saturating_add(1);
            store.streams(request).await
        }
    }

    lists_the_first_version_of_a_stream, rejected by each_stream_is_listed_with_its_version {
        async fn streams(&self, store: &MemoryStore, request: ListStreams) -> List {
            let mut streams = store.streams(request).await?;
            streams.iter_mut().for_each(|found| found.version = StreamVersion::FIRST);
            Ok(streams)
        }
    }
}
