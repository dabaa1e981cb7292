//! Stores that do not give back what was written.

use super::{
    defect::{Defect, Place},
    mutants,
};
use chrono::SubsecRound;
use factum_core::{
    Append, EventId, EventReader, Metadata, NewEvent, Position, StoreError, StreamId,
    store::{Page, ReadLog},
};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::store::cases;

mutants! {
    reorders_tags, rejected by tags_come_back_in_their_order {
        fn rewrite(&self, append: &mut Append) {
            each(append, |event| event.tags.sort());
        }
    }

    keeps_a_tag_once, rejected by repeated_tags_come_back {
        fn rewrite(&self, append: &mut Append) {
            each(append, |event| event.tags.dedup());
        }
    }

    loses_tags_beyond_the_first, rejected by tags_come_back_in_their_order {
        fn rewrite(&self, append: &mut Append) {
            each(append, |event| event.tags.truncate(1));
        }
    }

    truncates_a_payload, rejected by a_large_payload_comes_back {
        fn rewrite(&self, append: &mut Append) {
            each(append, |event| event.payload.truncate(65_535));
        }
    }

    ends_a_payload_at_its_first_nul, rejected by nul_bytes_come_back {
        fn rewrite(&self, append: &mut Append) {
            each(append, |event| {
                let end = event.payload.iter().position(|byte| *byte == 0);
                event.payload.truncate(end.unwrap_or(event.payload.len()));
            });
        }
    }

    keeps_payloads_as_text, rejected by bytes_that_are_no_text_come_back {
        fn rewrite(&self, append: &mut Append) {
            each(append, |event| event.payload = String::from_utf8_lossy(&event.payload).into_owned().into());
        }
    }

    /// What a column for binary JSON does: spaces, the order of keys and long numbers are gone.
    reads_and_writes_json_again, rejected by json_comes_back_to_the_byte {
        fn rewrite(&self, append: &mut Append) {
            each(append, |event| {
                if let Ok(json) = serde_json::from_slice::<serde_json::Value>(&event.payload) {
                    event.payload = json.to_string().into();
                }
            });
        }
    }

    drops_metadata, rejected by metadata_come_back {
        fn rewrite(&self, append: &mut Append) {
            each(append, |event| event.metadata = Metadata::default());
        }
    }

    drops_the_applications_own_metadata, rejected by metadata_come_back {
        fn rewrite(&self, append: &mut Append) {
            each(append, |event| event.metadata.fields.clear());
        }
    }

    cuts_times_to_milliseconds, rejected by times_come_back_to_the_microsecond {
        fn rewrite(&self, append: &mut Append) {
            each(append, |event| event.time = event.time.map(|time| time.trunc_subsecs(3)));
        }
    }

    takes_the_time_of_recording_for_that_of_happening, rejected by times_before_1970_come_back {
        fn rewrite(&self, append: &mut Append) {
            each(append, |event| event.time = None);
        }
    }

    forgets_the_version_of_a_payload, rejected by type_versions_come_back {
        fn rewrite(&self, append: &mut Append) {
            each(append, |event| event.type_version = 1);
        }
    }

    keeps_the_version_of_a_payload_in_sixteen_bits, rejected by type_versions_come_back {
        fn rewrite(&self, append: &mut Append) {
            each(append, |event| event.type_version = u32::from(event.type_version as u16));
        }
    }

    gives_events_ids_of_its_own, rejected by ids_of_every_kind_come_back {
        fn rewrite(&self, append: &mut Append) {
            each(append, |event| event.id = EventId::random());
        }
    }

    takes_upper_and_lower_case_for_the_same, rejected by streams_with_similar_keys_are_told_apart {
        fn rewrite(&self, append: &mut Append) {
            each(append, |event| {
                let key = event.stream.key().to_lowercase();
                event.stream = StreamId::new(event.stream.category(), &key).unwrap();
            });
        }
    }

    trims_the_keys_of_streams, rejected by streams_with_similar_keys_are_told_apart {
        fn rewrite(&self, append: &mut Append) {
            each(append, |event| {
                let key = event.stream.key().trim_end();
                event.stream = StreamId::new(event.stream.category(), if key.is_empty() { "?" } else { key }).unwrap();
            });
        }
    }

    says_another_time_of_recording_with_every_read, rejected by a_receipt_names_the_log_and_the_time {
        async fn read_log(&self, store: &MemoryStore, request: ReadLog) -> Result<Page<Position>, StoreError> {
            let mut page = store.read_log(request).await?;
            page.events.iter_mut().for_each(|event| event.recorded_at = chrono::Utc::now());
            Ok(page)
        }
    }
}

fn each(append: &mut Append, change: impl FnMut(&mut NewEvent)) {
    append.events.iter_mut().for_each(change);
}
