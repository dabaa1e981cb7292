//! Stores that apply events wrongly.

use super::{Broken, Defect, Why, mutants};
use factum_core::{
    Position, RecordedEvent, StreamVersion,
    projection::Inline,
    sink::{Change, Collection, DocumentSink as _, Generations},
};
use factum_store_memory::MemoryStore;
use std::sync::Arc;

mutants! {
    applies_nothing, rejected by an_append_changes_the_read_model {
        fn concerned(&self, all: &mut Vec<Arc<Inline<Broken>>>) {
            all.clear();
        }
    }

    applies_the_first_projection_only, rejected by several_projections_are_applied {
        fn concerned(&self, all: &mut Vec<Arc<Inline<Broken>>>) {
            all.truncate(1);
        }
    }

    leaves_the_checkpoint_where_it_is, rejected by an_append_changes_the_read_model {
        fn moved(&self, before: Position, _: &RecordedEvent, _: &Inline<Broken>, _: &[RecordedEvent]) -> Position {
            before
        }
    }

    moves_the_checkpoint_to_the_last_event_that_concerns_it, rejected by events_that_do_not_concern_it_move_nothing {
        fn moved(&self, _: Position, _: &RecordedEvent, of: &Inline<Broken>, events: &[RecordedEvent]) -> Position {
            events.iter().filter(|event| of.query().matches_event(event)).map(|event| event.position).max().unwrap()
        }
    }

    leaves_the_epoch, rejected by the_epoch_rises_with_each_append {
        fn raises_the_epoch(&self) -> bool {
            false
        }
    }

    lets_the_owner_apply_it_on_top, rejected by who_has_not_seen_the_append_is_fenced {
        fn raises_the_epoch(&self) -> bool {
            false
        }
    }

    ends_the_lease, rejected by its_lease_stays {
        fn keeps_the_lease(&self) -> bool {
            false
        }
    }

    gives_all_events_the_version_of_the_first, rejected by events_of_several_streams_come_in_order {
        fn given(&self, events: &mut Vec<RecordedEvent>) {
            events.iter_mut().for_each(|event| event.version = StreamVersion::FIRST);
        }
    }

    applies_one_stream_after_the_other, rejected by events_of_several_streams_come_in_order {
        fn given(&self, events: &mut Vec<RecordedEvent>) {
            events.sort_by(|a, b| a.stream.cmp(&b.stream));
        }
    }

    numbers_events_from_the_first_position, rejected by an_append_changes_the_read_model {
        fn given(&self, events: &mut Vec<RecordedEvent>) {
            events.iter_mut().zip(1..).for_each(|(event, n)| event.position = Position::new(n));
        }
    }

    applies_the_first_of_many_events, rejected by many_events_in_one_append_are_applied {
        fn given(&self, events: &mut Vec<RecordedEvent>) {
            events.truncate(256);
        }
    }

    deletes_nothing, rejected by documents_are_deleted_and_come_again {
        fn changes(&self, changes: &mut Vec<Change>) {
            changes.retain(|change| !matches!(change, Change::Delete { .. }));
        }
    }

    does_no_work_of_a_projections_own, rejected by a_projection_may_have_work_of_its_own {
        fn works(&self) -> bool {
            false
        }
    }

    /// Nor do they look whether others were faster. Who looks leaves the projection alone, which is right unless the first two change
    /// places.
    lets_appends_read_the_same_documents, rejected by many_appends_at_once_give_the_fold_of_the_log {
        fn takes_turns(&self) -> bool {
            false
        }

        fn leaves_alone(&self, why: Why) -> bool {
            why != Why::Behind
        }
    }

    always_changes_the_first_generation, rejected by the_generation_that_is_read_is_changed {
        fn generation(&self, _: Generations) -> u32 {
            0
        }
    }

    changes_the_generation_that_is_being_made, rejected by the_generation_that_is_read_is_changed {
        fn generation(&self, generations: Generations) -> u32 {
            generations.filling.unwrap_or(generations.active)
        }
    }

    forgets_the_read_model, rejected by what_was_applied_survives {
        async fn open(&self, kept: &MemoryStore) {
            kept.discard(&Collection::new("notes", 1).unwrap()).await.unwrap();
        }
    }
}
