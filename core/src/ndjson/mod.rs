//! The exchange format of logs: one JSON object a line, one line an event, in the order of the log.
//!
//! ```text
//! {"stream":"loan-173688","version":1,"type":"A_SUBMITTED","time":"2011-09-30T22:38:44.546000Z","time_us":1317422324546000,"data":{}}
//! ```
//!
//! | field | what it is | when it is left out |
//! |---|---|---|
//! | `stream` | the stream, `category-key` | never |
//! | `version` | the event's place in its stream, from 1 without gaps | never |
//! | `type` | the type of the event | never |
//! | `time` | when it happened, RFC 3339, to the microsecond | never |
//! | `time_us` | the same in microseconds since 1970, possibly negative | it may be; [`Line::write_to`] writes it |
//! | `data` | the payload: any JSON value, kept byte for byte | never |
//! | `id` | the id of the event | it is the [derived](Line::derived_id) one |
//! | `type_version` | the version of the payload's shape | it is 1 |
//! | `tags` | the tags, a list of strings | there are none |
//! | `metadata` | what is known beside the payload, an object | it is empty |
//!
//! Another field is an error, and so is one that is there twice: a line that is understood only in part would be
//! imported in part. Positions are not in a line, since they belong to one log; the order of the lines carries them.
//!
//! This module is pure. Reading and writing files is up to the caller; `factum import` and `factum export` do it.

mod error;
mod fields;
mod id;
mod line;
mod parse;
#[cfg(test)]
mod tests;
mod time;
mod write;

pub use self::{
    error::{LineError, Problem},
    fields::Field,
    line::Line,
};
